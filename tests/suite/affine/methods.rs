//! What generated methods do from outside: a turn of the value's context.

use super::*;
use crate::support::*;
use isolock::{__private::affine, protocol::liveness::Why};
use isolock_tests::{block_on, context};

/// As `#[isolate_fn] fn bump(&mut self) -> u64` would be on the handle.
fn bump(kv: &WeakHomed<Kv>) -> impl Future<Output = Result<u64, RunError>> + Send + use<> {
    affine::run(kv, (kv.clone(),), |lock, (kv,)| {
        affine::with_mut(&kv, lock, "Kv::bump", |kv, _lock| {
            kv.hits += 1;
            kv.hits
        })
    })
}

/// As `#[isolate_fn] fn close(self) -> u64` would be.
fn finish(kv: &WeakHomed<Kv>) -> impl Future<Output = Result<u64, RunError>> + Send + use<> {
    affine::run(kv, (kv.clone(),), |lock, (kv,)| affine::take(&kv, lock, "Kv::finish").map(|kv| kv.hits))
}

#[test]
fn r5_a_method_on_a_handle_runs_in_the_values_context_from_any_thread() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let drops = Drops::default();
        let kv = block_on(ctx.run((drops.clone(),), |lock, (drops,)| lock.own(drops.kv(1)))).unwrap();
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let kv = kv.clone();
                thread::spawn(move || (0..25).for_each(|_| assert!(block_on(bump(&kv)).is_ok())))
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(block_on(finish(&kv)).unwrap(), 100);
        assert_eq!((drops.ids(), isolate.stats().own_values), (vec![1], 0));
        assert_eq!(why(block_on(bump(&kv))), Why::Taken);
        assert_eq!(why(block_on(finish(&kv))), Why::Taken);
    });
}

#[test]
fn r1_a_method_on_a_handle_is_refused_inside_a_turn() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = block_on(ctx.run((Drops::default(),), |lock, (drops,)| lock.own(drops.kv(1)))).unwrap();
        let refused = block_on(ctx.run((kv,), |_lock, (kv,)| ready(bump(&kv)))).unwrap();
        assert!(matches!(refused, Err(RunError::Reentrant { .. })), "{refused:?}");
    });
}

#[test]
fn r5_a_method_goes_on_with_the_event_that_calls_it() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = block_on(ctx.run((Drops::default(),), |lock, (drops,)| lock.own(drops.kv(1)))).unwrap();
        let event = ctx.event();
        // Inside a critical section only turns of its own event run: another event would wait for its end.
        let hits = block_on(event.critical_section((kv.clone(),), |_event, (kv,)| async move { bump(&kv).await }));
        assert_eq!(hits.unwrap().unwrap(), 1);
        assert_eq!(block_on(bump(&kv)).unwrap(), 2);
    });
}

#[test]
fn r3_a_method_of_a_value_whose_context_ended_is_gone() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let _second = context(&isolate);
        let kv = block_on(ctx.run((Drops::default(),), |lock, (drops,)| lock.own(drops.kv(1)))).unwrap();
        ctx.close();
        assert_eq!(why(block_on(bump(&kv))), Why::Closed);
    });
}

#[test]
fn r5_a_method_of_a_value_of_a_thread_runs_at_its_pinned_home() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kept = block_on(ctx.run((Drops::default(),), |_lock, (drops,)| {
            let socket = Homed::here(drops.socket(1));
            (socket.clone(), socket.downgrade())
        }));
        let (_homed, socket) = kept.unwrap();
        let send = |socket: &WeakHomed<Socket>| {
            affine::run(socket, (socket.clone(),), |lock, (socket,)| {
                affine::with(&socket, lock, "Socket::send", |socket, _lock| {
                    socket.sent.set(socket.sent.get() + 1);
                    socket.sent.get()
                })
            })
        };
        let sent = thread::spawn(move || block_on(send(&socket))).join().unwrap();
        match world.home {
            Home::Pinned => assert_eq!(sent.unwrap(), 1),
            // The turn ran on the other thread.
            Home::Shared => assert!(matches!(sent, Err(RunError::WrongThread(_))), "{sent:?}"),
        }
    });
}

#[test]
fn r5_a_value_made_outside_of_turns_has_no_context_for_its_methods() {
    on_both_homes(|_world| {
        let socket = Homed::here(Drops::default().socket(1));
        let refused = block_on(affine::run(&socket, (), |_lock, ()| Ok::<_, RunError>(())));
        assert!(matches!(refused, Err(RunError::Refused(_))), "{refused:?}");
    });
}
