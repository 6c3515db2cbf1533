//! Values that belong to a context.

use super::turn::per_op;
use futures::{executor::block_on, task::noop_waker};
use isolock::{__private::affine, Affine, OwnedInTurns, Owner, prelude::*};
use std::{
    hint::black_box,
    pin::pin,
    task::{Context, Poll},
    time::Instant,
};

const VALUES: u32 = 20_000;

struct Kv {
    hits: u64,
}

impl Affine for Kv {
    const OWNER: Owner = Owner::Context;
    const NAME: &'static str = "Kv";
    type Handle = WeakHomed<Self>;
}

impl OwnedInTurns for Kv {}

/// Nanoseconds per `own` and the `take` that ends it, of one value among many.
pub(crate) fn own_and_take(ctx: &IoContext) -> Result<f64, RunError> {
    block_on(ctx.try_run((), |lock, ()| {
        let began = Instant::now();
        let handles: Vec<_> = (0..VALUES).map(|_| lock.own(Kv { hits: 0 })).collect();
        for kv in &handles {
            black_box(kv.take(lock)?.hits);
        }
        Ok(per_op(began, VALUES))
    }))
}

/// Nanoseconds per `try_get_mut` and the end of its guard.
pub(crate) fn open(ctx: &IoContext) -> Result<f64, RunError> {
    block_on(ctx.try_run((), |lock, ()| {
        let kv = lock.own(Kv { hits: 0 });
        let began = Instant::now();
        for _ in 0..VALUES {
            black_box(&kv).try_get_mut(lock)?.hits += 1;
        }
        let took = per_op(began, VALUES);
        kv.release();
        Ok(took)
    }))
}

/// Nanoseconds per call of a method on a handle from outside: a turn, and the value opened in it.
pub(crate) fn call(ctx: &IoContext) -> Result<f64, RunError> {
    let kv = block_on(ctx.run((), |lock, ()| lock.own(Kv { hits: 0 })))?;
    let waker = noop_waker();
    let mut cx = Context::from_waker(&waker);
    let began = Instant::now();
    for _ in 0..VALUES {
        let call = affine::run(&kv, (kv.clone(),), |lock, (kv,)| {
            affine::with_mut(&kv, lock, "Kv::hit", |kv, _lock| {
                kv.hits += 1;
                kv.hits
            })
        });
        match pin!(call).poll(&mut cx) {
            Poll::Ready(hits) => drop(black_box::<Result<u64, RunError>>(hits)),
            Poll::Pending => unreachable!("the isolate is free"),
        }
    }
    let took = per_op(began, VALUES);
    kv.release();
    Ok(took)
}
