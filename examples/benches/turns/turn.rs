//! Turns that do next to nothing.

use futures::{executor::block_on, task::noop_waker};
use isolock::{prelude::*, v8};
use std::{
    hint::black_box,
    pin::pin,
    task::{Context, Poll},
    time::Instant,
};

pub(crate) const TURNS: u32 = 20_000;
const HOPS: u32 = 500;

/// What each turn does: makes a JS value and reads it.
pub(crate) fn small_thing(scope: &v8::PinScope<'_, '_>) -> f64 {
    v8::Number::new(scope, black_box(1.5)).value()
}

/// Nanoseconds each, since `began`.
pub(crate) fn per_op(began: Instant, ops: u32) -> f64 {
    began.elapsed().as_secs_f64() * 1e9 / f64::from(ops)
}

/// Nobody else is in the isolate, so the first poll of the future runs the turn; no executor is measured.
pub(crate) fn polled(ctx: &IoContext) -> Result<f64, RunError> {
    let waker = noop_waker();
    let mut cx = Context::from_waker(&waker);
    let began = Instant::now();
    for _ in 0..TURNS {
        match pin!(ctx.run((), |lock, ()| small_thing(lock))).poll(&mut cx) {
            Poll::Ready(value) => drop(black_box(value?)),
            Poll::Pending => unreachable!("the isolate is free"),
        }
    }
    Ok(per_op(began, TURNS))
}

/// The home thread has V8's lock already, so a task that it polls itself takes turns without it.
pub(crate) fn at_home(ctx: &IoContext) -> Result<f64, RunError> {
    block_on(ctx.spawn((), |ev, ()| async move {
        let began = Instant::now();
        for _ in 0..TURNS {
            black_box(ev.run((), |lock, ()| small_thing(lock)).await?);
        }
        Ok(per_op(began, TURNS))
    }))?
}

/// Two hops between threads for each turn.
pub(crate) fn from_outside(ctx: &IoContext) -> Result<f64, RunError> {
    let began = Instant::now();
    for _ in 0..HOPS {
        black_box(block_on(ctx.run((), |lock, ()| small_thing(lock)))?);
    }
    Ok(per_op(began, HOPS))
}
