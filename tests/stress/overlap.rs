//! Two isolates overlap in time; two contexts of one isolate never do. No clock is asked.

use crate::support::{HOMES, scaled};
use isolock::prelude::*;
use isolock_tests::{Fixture, block_on, context, watched};
use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

#[isolate_fn]
fn meet(#[capture] barrier: &Arc<Barrier>) {
    barrier.wait();
}

/// The barrier opens only if both host functions are inside their turns at once.
#[test]
fn two_isolates_overlap() {
    watched(|| {
        let fixture = Fixture::new();
        for homes in [[Home::Shared; 2], [Home::Pinned; 2], [Home::Shared, Home::Pinned]] {
            let barrier = Arc::new(Barrier::new(2));
            let threads = homes.map(|home| {
                let isolate = fixture.isolate(IsolateOptions::new().home(home));
                let barrier = barrier.clone();
                thread::spawn(move || {
                    let ctx = context(&isolate);
                    block_on(ctx.try_run((barrier,), |lock, (barrier,)| lock.install((meet { barrier },)))).unwrap();
                    for _ in 0..scaled(50) {
                        block_on(ctx.eval::<()>("meet()")).unwrap();
                    }
                })
            });
            for thread in threads {
                thread.join().unwrap();
            }
        }
    });
}

/// Who is inside, and the most that ever were.
#[derive(Default)]
struct Inside {
    now: AtomicUsize,
    most: AtomicUsize,
    met: AtomicUsize,
}

impl Portable for Inside {}

/// Looks around for somebody else for a while, as one who waits at a barrier of two would.
#[isolate_fn]
fn look_around(#[capture] inside: &Arc<Inside>) {
    let now = inside.now.fetch_add(1, Ordering::SeqCst) + 1;
    inside.most.fetch_max(now, Ordering::SeqCst);
    for _ in 0..20 {
        if inside.now.load(Ordering::SeqCst) > 1 {
            inside.met.fetch_add(1, Ordering::SeqCst);
        }
        thread::yield_now();
    }
    inside.now.fetch_sub(1, Ordering::SeqCst);
}

/// Eight threads ask for turns of two contexts of one isolate, from outside, from async host functions and blocking.
#[test]
fn two_contexts_of_one_isolate_never_overlap() {
    watched(|| {
        let fixture = Fixture::new();
        for home in HOMES {
            let isolate = fixture.isolate(IsolateOptions::new().home(home));
            let inside = Arc::new(Inside::default());
            let contexts = [context(&isolate), context(&isolate)];
            for ctx in &contexts {
                let install = ctx.try_run((inside.clone(),), |lock, (inside,)| {
                    lock.install((look_around { inside: inside.clone() }, look_later { inside }))
                });
                block_on(install).unwrap();
            }
            let threads: Vec<_> = (0..8)
                .map(|thread| {
                    let contexts = contexts.clone();
                    thread::spawn(move || {
                        for turn in 0..scaled(60) {
                            let ctx = &contexts[(turn + thread) % 2];
                            match turn % 3 {
                                0 => block_on(ctx.eval::<()>("lookAround()")).unwrap(),
                                1 => block_on(ctx.eval::<()>("lookLater().then(lookAround)")).unwrap(),
                                _ => ctx
                                    .run_blocking((), |lock, ()| lock.eval("lookAround()").map(drop))
                                    .unwrap()
                                    .unwrap(),
                            }
                        }
                    })
                })
                .collect();
            threads.into_iter().for_each(|thread| thread.join().unwrap());
            assert_eq!(inside.most.load(Ordering::SeqCst), 1);
            assert_eq!(inside.met.load(Ordering::SeqCst), 0);
            assert_eq!(inside.now.load(Ordering::SeqCst), 0);
        }
    });
}

#[isolate_fn]
async fn look_later(ev: Event, #[capture] inside: Arc<Inside>) -> Result<(), RunError> {
    ev.run((inside,), |_lock, (inside,)| look_around(&inside)).await
}
