//! Promises of other contexts and isolates: an error, not a hang.

use crate::support::*;
use futures::channel::oneshot;
use isolock::{Follow, prelude::*, protocol::liveness::Why, v8};
use isolock_tests::block_on;
use std::sync::{Arc, Mutex};

/// A promise in `there`, which stays open until `there.settle` is called.
const OPEN: &str = "globalThis.p = new Promise((...r) => { [globalThis.settle, globalThis.fail] = r }); 0";

#[test]
fn r6_a_promise_of_a_sibling_settles_here_whoever_settles_it() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (here, there) = siblings(&isolate);
        introduce(&here, &there);
        block_on(there.eval::<()>(OPEN)).unwrap();
        let awaited = pending(here.eval::<f64>("(async () => (await there.p) + 1)()"));
        let followed = pending(here.eval::<f64>("there.p"));
        let event = here.event();
        let continued: Follow<Vec<f64>> = block_on(event.try_run((), |lock, ()| {
            let open = lock.eval("there.p")?.try_into().map_err(|_| RunError::Refused("no promise"))?;
            let ids = lock.then(open, (), |lock, (), got: Result<f64, RunError>| {
                got.map(|got| vec![got, lock.context().id() as f64, lock.event().id() as f64])
            })?;
            Ok::<_, RunError>(lock.follow(ids.into()))
        }))
        .unwrap();
        // In a turn of the other one.
        block_on(there.eval::<()>("settle(5); 0")).unwrap();
        assert_eq!((block_on(awaited).unwrap(), block_on(followed).unwrap()), (6.0, 5.0));
        // The continuation ran in its own context, and as part of its own event.
        assert_eq!(block_on(continued).unwrap(), [5.0, here.id() as f64, event.id() as f64]);
    });
}

#[test]
fn r6_a_follower_hears_that_the_context_of_its_promise_ended() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (here, there) = siblings(&isolate);
        introduce(&here, &there);
        block_on(there.eval::<()>(OPEN)).unwrap();
        let followed = pending(here.eval::<f64>("there.p"));
        let own = pending(here.eval::<f64>("globalThis.mine = new Promise(r => { globalThis.settleMine = r })"));
        let log = Log::default();
        let make = here.try_run((log.clone(),), |lock, captures| {
            let open = lock.eval("there.p")?.try_into().map_err(|_| RunError::Refused("no promise"))?;
            lock.then(open, captures, |lock, (log,), got: Result<f64, RunError>| {
                log.push(format!("{} {}", lock.context().id(), got.unwrap_err().is_gone()));
            })
            .map(drop)
        });
        block_on(make).unwrap();
        there.close();
        let gone = gone(block_on(followed));
        assert_eq!((gone.why(), gone.part), (Why::Closed, isolock::Part::Context(there.id())));
        // The continuation is told in a turn of its own.
        until(|| !log.lines().is_empty());
        assert_eq!(log.lines(), [format!("{} true", here.id())]);
        // Its own promises are not concerned.
        block_on(here.eval::<()>("settleMine(1); 0")).unwrap();
        assert_eq!(block_on(own).unwrap(), 1.0);
        until(|| isolate.stats().contexts == 1);
    });
}

#[test]
fn r6_a_follower_that_ended_does_not_disturb_the_promise() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (here, there) = siblings(&isolate);
        introduce(&here, &there);
        block_on(there.eval::<()>(OPEN)).unwrap();
        let value = Counted::default();
        let (drops, _) = value.counters();
        let followed = pending(here.eval::<f64>("there.p"));
        let make = here.try_run((value,), |lock, captures| {
            let open = lock.eval("there.p")?.try_into().map_err(|_| RunError::Refused("no promise"))?;
            lock.then(open, captures, |_lock, _captures, _got: Result<f64, RunError>| boom("it ended")).map(drop)
        });
        block_on(make).unwrap();
        let there_follows = pending(there.eval::<f64>("p"));
        here.close();
        assert_eq!(gone(block_on(followed)).part, isolock::Part::Context(here.id()));
        until(|| isolate.stats().contexts == 1 && count(&drops) == 1);
        block_on(there.eval::<()>("settle(2); 0")).unwrap();
        assert_eq!(block_on(there_follows).unwrap(), 2.0);
        assert_eq!(world.rejections(), []);
    });
}

#[test]
fn r6_a_promise_in_the_wrong_place_is_refused() {
    on_both_homes(|world| {
        let (isolate, ctx) = world.context();
        let stranger = block_on(isolate.context(ContextOptions::new()).build()).unwrap();
        let (_other_isolate, foreigner) = world.context();
        let roots = block_on(ctx.run((), |lock, ()| {
            let resolver = v8::PromiseResolver::new(lock).unwrap();
            let promise = resolver.get_promise(lock);
            (lock.root(resolver), lock.root(promise))
        }))
        .unwrap();
        let refused = |ctx: &IoContext| {
            block_on(ctx.run(roots.clone(), |lock, (resolver, promise)| {
                let resolved =
                    resolver.try_get(lock).map(|resolver| resolver.resolve(lock, lock.undefined()).is_some());
                let followed = promise.try_get(lock).map(|promise| lock.follow::<f64>(promise.into()));
                (resolved, followed.map(drop))
            }))
            .unwrap()
        };
        let (resolved, followed) = refused(&stranger);
        assert!(
            matches!(resolved, Err(RunError::WrongContext { wanted, here, .. }) if (wanted, here) == (ctx.id(), stranger.id()))
        );
        assert!(matches!(followed, Err(RunError::WrongContext { .. })));
        let (resolved, followed) = refused(&foreigner);
        assert!(matches!(resolved, Err(RunError::WrongIsolate { home, .. }) if home == isolate.id()));
        assert!(matches!(followed, Err(RunError::WrongIsolate { .. })));
        // Smuggled by its local: the other context can't be entered with it.
        let smuggled = ctx.run((roots.clone(), stranger.downgrade()), |lock, ((_, promise), stranger)| {
            let promise = promise.get(lock);
            lock.in_context(&stranger, (), |_lock, ()| promise.state() == v8::PromiseState::Pending)
        });
        assert!(matches!(block_on(smuggled).unwrap(), Err(RunError::WrongContext { .. })));
        // In the group it can, and is followed there.
        let (one, two) = siblings(&isolate);
        let follow = one.try_run((two.downgrade(),), |lock, (two,)| {
            let promise = lock.eval("globalThis.p = new Promise(r => { globalThis.settle = r })")?;
            let promise = lock.root(promise);
            let follow = lock.in_context(&two, promise, |lock, promise| {
                promise.try_get(lock).map(|promise| lock.follow::<f64>(promise))
            })??;
            Ok::<_, RunError>(follow)
        });
        let follow = block_on(follow).unwrap();
        block_on(one.eval::<()>("settle(3); 0")).unwrap();
        assert_eq!(block_on(follow).unwrap(), 3.0);
    });
}

type Doors = Arc<Mutex<Vec<oneshot::Receiver<()>>>>;

/// `wait` in the context: resolves to the number of its context when its door opens.
fn install_wait(ctx: &IoContext, doors: &Doors) {
    let turn = ctx.try_run((Carry(doors.clone()),), |lock, captures| {
        let wait = lock.async_function("wait", captures, |ev, (doors,), (): ()| async move {
            let door = doors.0.lock().unwrap().pop();
            if let Some(door) = door {
                door.await.unwrap_or_default();
            }
            ev.run((), |lock, ()| lock.context().id() as f64).await
        })?;
        lock.set_global("wait", wait)
    });
    block_on(turn).unwrap();
}

#[test]
fn r6_an_async_function_of_a_sibling_belongs_to_the_sibling() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (here, there) = siblings(&isolate);
        introduce(&here, &there);
        let (open, door) = oneshot::channel();
        install_wait(&there, &Arc::new(Mutex::new(vec![door])));
        let waiting = pending(here.eval::<f64>("there.wait()"));
        until(|| there.pending() == 1);
        assert_eq!(here.pending(), 0);
        open.send(()).unwrap();
        assert_eq!(block_on(waiting).unwrap(), there.id() as f64);
        block_on(there.idle());
    });
}

#[test]
fn r6_a_caller_hears_that_the_context_of_an_async_function_ended() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (here, there) = siblings(&isolate);
        introduce(&here, &there);
        let (_open, door) = oneshot::channel();
        let (_open_too, door_too) = oneshot::channel();
        install_wait(&there, &Arc::new(Mutex::new(vec![door, door_too])));
        // Awaited by JS of this context, whose own promise is the one that is followed; the second time in a section.
        let awaited = pending(
            here.eval::<String>("(async () => { try { await there.wait() } catch (e) { return e.message } })()"),
        );
        let section = here.event().critical_section((), |inside, ()| async move {
            let asks = "(async () => { try { await there.wait() } catch (e) { return e.message } })()";
            let follow =
                inside.try_run((asks,), |lock, (asks,)| lock.eval(asks).map(|asked| lock.follow::<String>(asked)));
            follow.await?.await
        });
        let mut section = Box::pin(section);
        until(|| {
            assert!(poll_once(&mut section).is_pending());
            there.pending() == 2
        });
        there.close();
        let message = block_on(section).unwrap().unwrap();
        assert!(message.contains(&format!("context {} ended", there.id())), "{message}");
        let message = block_on(awaited).unwrap();
        assert!(message.contains(&format!("context {} ended", there.id())), "{message}");
        assert_eq!(number(&here, "1 + 1"), 2.0);
    });
}
