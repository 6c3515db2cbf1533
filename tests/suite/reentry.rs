//! Re-entry: callbacks that are stored for later keep what plain entry would lose.

use crate::support::*;
use futures::channel::oneshot;
use isolock::{Reentry, prelude::*, protocol::liveness::Why, v8};
use isolock_tests::block_on;
use std::{
    sync::{Arc, Mutex, mpsc},
    thread,
};

type Adds = Reentry<(f64,), f64>;

/// A callback that adds to the global `n` and gives the new value.
fn adds(ev: &Event) -> Adds {
    ev.reentry(("n",), |lock, (name,), (by,): (f64,)| {
        let n = lock.eval(name).ok().and_then(|n| n.number_value(lock)).unwrap_or_default() + by;
        lock.set_global(name, n).map_or(f64::NAN, |()| n)
    })
}

#[test]
fn a_callback_is_called_from_any_thread_and_often() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let stored = block_on(ctx.run((), |lock, ()| {
            lock.reentry((), |lock, (), (text,): (String,)| lock.set_global("heard", text).is_ok())
        }))
        .unwrap();
        let threads: Vec<_> = ["a", "b", "c"]
            .map(|name| {
                let stored = stored.clone();
                thread::spawn(move || block_on(stored.call((name.to_owned(),))))
            })
            .into();
        for thread in threads {
            assert!(thread.join().unwrap().unwrap());
        }
        assert!(["a", "b", "c"].contains(&text(&ctx, "heard").as_str()));
        let event = stored.event();
        let id = block_on(event.reentry((), |lock, (), ()| lock.event().id()).call(())).unwrap();
        assert_eq!(id, event.id(), "the same event");
    });
}

#[test]
fn r8_a_callback_keeps_the_critical_section() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let weak = ctx.downgrade();
        // What the section waits for runs on a thread that knows nothing of sections.
        let section = ctx.event().critical_section((weak,), |inside, (weak,)| async move {
            let stored = adds(&inside);
            let resumed = {
                let inside = inside.clone();
                inside.run((), |_lock, ()| "resumed").await
            };
            let (answer, heard) = oneshot::channel();
            let elsewhere = thread::spawn(move || {
                // Plain entry waits for the end of the section, which waits for this thread.
                let entered = pending(weak.run((), |_lock, ()| ()));
                drop(answer.send(block_on(stored.call((1.0,)))));
                entered
            });
            let heard = heard.await.expect("an answer");
            (resumed, heard, Carry(elsewhere.join().expect("the thread")))
        });
        let (resumed, heard, Carry(entered)) = block_on(section).unwrap();
        assert_eq!((resumed.unwrap(), heard.unwrap()), ("resumed", 1.0));
        block_on(entered).unwrap();
    });
}

#[test]
fn a_callback_of_another_event_waits_for_the_section() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let outside = adds(&ctx.event());
        let (begun, is_open) = mpsc::channel();
        let (open, door) = oneshot::channel::<()>();
        let mut section =
            Box::pin(ctx.event().critical_section((begun, Carry(door)), |_in, (begun, door)| async move {
                begun.send(()).unwrap();
                door.0.await.unwrap();
            }));
        until(|| {
            assert!(poll_once(&mut section).is_pending());
            is_open.try_recv().is_ok()
        });
        let waiting = pending(outside.call((1.0,)));
        open.send(()).unwrap();
        block_on(section).unwrap();
        assert_eq!(block_on(waiting).unwrap(), 1.0);
    });
}

#[test]
fn a_callback_counts_as_pending_while_it_can_be_called() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let event = ctx.event();
        let stored = adds(&event);
        assert_eq!((event.pending(), ctx.pending()), (1, 1));
        let idle = pending(event.idle());
        let copy = stored.clone();
        let uncounted = stored.unref();
        drop(stored);
        assert_eq!(event.pending(), 1, "one piece of work, however many clones");
        drop(copy);
        assert_eq!(event.pending(), 0);
        block_on(idle);
        // It can be called all the same; who calls it counts on the loop for other reasons.
        assert_eq!(block_on(uncounted.call((2.0,))).unwrap(), 2.0);
        assert_eq!(event.pending(), 0);
        let closed = adds(&event);
        let idle = pending(ctx.idle());
        assert!(closed.close() && !closed.close());
        block_on(idle);
    });
}

#[test]
fn a_cancelled_event_refuses_its_callbacks() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let event = ctx.event();
        let stored = adds(&event);
        let value = Counted::default();
        let (drops, _) = value.counters();
        let other = event.reentry((value,), |_lock, _captures, ()| ());
        let busy = Busy::new(&ctx);
        let waiting = pending(stored.call((1.0,)));
        event.cancel();
        assert!(!stored.is_open());
        assert_eq!(event.pending(), 0, "it can't be called any more");
        busy.release().unwrap();
        assert!(matches!(block_on(waiting), Err(RunError::Cancelled { .. })));
        assert!(matches!(block_on(stored.call((1.0,))), Err(RunError::Cancelled { .. })));
        until(|| count(&drops) == 1);
        drop(other);
        // Others of the context go on; one that is stored for the cancelled event is closed from the beginning.
        assert_eq!(block_on(adds(&ctx.event()).call((1.0,))).unwrap(), 1.0);
        assert!(!adds(&event).is_open());
        assert_eq!(ctx.pending(), 0);
    });
}

#[test]
fn r3_a_callback_is_weak_and_checks_at_every_call() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let value = Counted::default();
        let (drops, _) = value.counters();
        let stored = ctx.event().reentry((value,), |_lock, _captures, ()| 1.0);
        assert_eq!(block_on(stored.call(())).unwrap(), 1.0);
        ctx.close();
        assert_eq!(why(block_on(stored.call(()))), Why::Closed);
        // What a dead tenant left behind doesn't wait for the last clone.
        until(|| isolate.stats().contexts == 0 && count(&drops) == 1);

        let (isolate, ctx) = world.context();
        let stored = adds(&ctx.event());
        drop(ctx);
        assert_eq!(why(block_on(stored.call((1.0,)))), Why::Dropped);
        drop(isolate);
        gone(block_on(stored.call((1.0,))));
    });
}

/// Remembers whether it was dropped inside a turn.
struct AtHome(WeakIoContext, mpsc::Sender<bool>);
impl Portable for AtHome {}

impl Drop for AtHome {
    fn drop(&mut self) {
        // Inside any turn a plain entry is refused as re-entrant.
        let refused = matches!(ready(self.0.run((), |_lock, ()| ())), Err(RunError::Reentrant { .. }));
        let _ = self.1.send(refused);
    }
}

#[test]
fn r9_captures_of_callbacks_are_dropped_at_home() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, dropped) = mpsc::channel();
        let fresh = || (AtHome(ctx.downgrade(), sender.clone()),);
        let body = |_lock: &mut Lock<'_>, _captures: &(AtHome,), ()| ();
        let event = ctx.event();
        let stored = event.reentry(fresh(), body);
        let copy = stored.clone();
        drop(stored);
        assert!(dropped.try_recv().is_err());
        drop(copy);
        assert!(dropped.recv().unwrap(), "after the last clone");
        event.reentry(fresh(), body).close();
        assert!(dropped.recv().unwrap(), "closed");
        let stored = event.reentry(fresh(), body);
        event.cancel();
        assert!(dropped.recv().unwrap(), "cancelled");
        drop(stored);
        let stored = ctx.event().reentry(fresh(), body);
        ctx.close();
        assert!(dropped.recv().unwrap(), "with its context");
        drop(stored);
        drop(sender);
        assert!(dropped.recv().is_err(), "and once");
    });
}

#[test]
fn a_closed_callback_names_its_maker() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let stored = adds(&ctx.event());
        let busy = Busy::new(&ctx);
        let waiting = pending(stored.call((1.0,)));
        assert!(stored.close());
        busy.release().unwrap();
        for outcome in [block_on(waiting), block_on(stored.call((1.0,)))] {
            let Err(RunError::Closed { made }) = outcome else { panic!("{outcome:?}") };
            assert_eq!((made.file(), made), (file!(), stored.made()));
        }
    });
}

#[test]
fn a_callback_can_be_called_inside_a_turn() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (ctx, sibling) = siblings(&isolate);
        let stranger = block_on(isolate.context(ContextOptions::new()).build()).unwrap();
        let stored = adds(&ctx.event());
        let event = ctx.event();
        let which = event.reentry((), |lock, (), ()| (lock.context().id(), lock.event().id()));
        let refused = block_on(ctx.run((stored.clone(),), |_lock, (stored,)| ready(stored.call((1.0,))))).unwrap();
        assert!(matches!(refused, Err(RunError::Reentrant { .. })));
        let call = |ctx: &IoContext| {
            block_on(ctx.run((stored.clone(), which.clone()), |lock, (stored, which)| {
                stored.call_in(lock, (1.0,)).and_then(|n| Ok((n, which.call_in(lock, ())?)))
            }))
            .unwrap()
        };
        assert_eq!(call(&ctx).unwrap(), (1.0, (ctx.id(), event.id())));
        // In its own context, whoever calls.
        assert_eq!(call(&sibling).unwrap(), (2.0, (ctx.id(), event.id())));
        assert!(matches!(call(&stranger), Err(RunError::WrongContext { .. })));
        stored.close();
        assert!(matches!(call(&ctx), Err(RunError::Closed { .. })));
    });
}

#[test]
fn r10_a_panic_in_a_callback_is_its_callers() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let stored =
            ctx.event().reentry((), |_lock, (), (fail,): (bool,)| boom(if fail { "in a callback" } else { "" }));
        assert_eq!(panicked(block_on(stored.call((true,)))), "in a callback");
        block_on(stored.call((false,))).unwrap();
    });
}

#[test]
fn a_callback_may_be_stored_by_js_and_close_itself() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let place: Arc<Mutex<Option<Adds>>> = Arc::default();
        let turn = ctx.try_run((Carry(place.clone()),), |lock, (place,)| {
            let listen = lock.function_with("listen", (place,), |lock, (place,), args| {
                let handler: JsRoot<v8::Function> = args.get(lock, 0, "handler")?;
                let stored = lock.reentry((handler, place.clone()), |lock, (handler, place), (n,): (f64,)| {
                    if n < 0.0 {
                        place.0.lock().unwrap().take().unwrap().close();
                        return n;
                    }
                    let call = |lock: &mut Lock<'_>| {
                        let handler = handler.try_get(lock)?;
                        let n = v8::Number::new(lock, n).into();
                        lock.try_catch(|lock| handler.call(lock, lock.undefined(), &[n])?.number_value(lock))
                    };
                    call(lock).unwrap_or(f64::NAN)
                });
                *place.0.lock().unwrap() = Some(stored);
                Ok(lock.undefined())
            })?;
            lock.set_global("listen", listen)
        });
        block_on(turn).unwrap();
        block_on(ctx.eval::<()>("listen(n => n * 2); 0")).unwrap();
        let stored = place.lock().unwrap().clone().unwrap();
        assert_eq!(block_on(stored.call((4.0,))).unwrap(), 8.0);
        assert_eq!(block_on(stored.call((-1.0,))).unwrap(), -1.0);
        assert!(matches!(block_on(stored.call((1.0,))), Err(RunError::Closed { .. })));
        assert_eq!(ctx.pending(), 0);
    });
}
