//! What a thread of the storm does, and what it may be told.

use super::{
    Dice,
    world::{Seat, World},
};
use crate::support::{Counted, poll_once};
use futures::future::FutureExt;
use isolock::{prelude::*, protocol::termination::Request};
use isolock_tests::block_on;
use std::{sync::atomic::Ordering, task::Poll};

/// How often what came of it.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) right: usize,
    pub(crate) gone: usize,
    pub(crate) dropped: usize,
    pub(crate) cancelled: usize,
    pub(crate) terminated: usize,
    pub(crate) panicked: usize,
    pub(crate) threw: usize,
    pub(crate) sections: usize,
    pub(crate) deaths: usize,
}

impl Tally {
    fn counts(&self) -> [usize; 9] {
        [
            self.right,
            self.gone,
            self.dropped,
            self.cancelled,
            self.terminated,
            self.panicked,
            self.threw,
            self.sections,
            self.deaths,
        ]
    }

    pub(crate) fn add(&mut self, other: &Self) {
        let [right, gone, dropped, cancelled, terminated, panicked, threw, sections, deaths] = other.counts();
        self.right += right;
        self.gone += gone;
        self.dropped += dropped;
        self.cancelled += cancelled;
        self.terminated += terminated;
        self.panicked += panicked;
        self.threw += threw;
        self.sections += sections;
        self.deaths += deaths;
    }

    /// Each act is counted once, and each kind happened if there were many.
    pub(crate) fn assert_plausible(&self, acts: usize) {
        assert_eq!(self.counts().iter().sum::<usize>(), acts);
        assert!(acts < 20_000 || self.counts().iter().all(|count| *count > 0), "{self:?}");
    }
}

/// Counts an outcome that the act itself didn't ask for; panics if nothing explains it.
fn explain(seat: &Seat, tally: &mut Tally, what: &str, error: &RunError) {
    let is_doomed = seat.doomed.load(Ordering::SeqCst);
    let was_terminated = seat.terminated.load(Ordering::SeqCst);
    match error {
        RunError::Gone(_) if is_doomed => tally.gone += 1,
        RunError::Terminated(Request::ContextKilled(_)) if is_doomed => tally.gone += 1,
        // Its context ended while it waited inside JS: the promise was rejected with that.
        RunError::Threw(error) if is_doomed && error.message.contains("R3") => tally.gone += 1,
        RunError::Cancelled { .. } if is_doomed => tally.gone += 1,
        RunError::Terminated(Request::Terminate(_)) if was_terminated => tally.terminated += 1,
        other => panic!("{what}: {other:?} (doomed {is_doomed}, terminated {was_terminated})"),
    }
}

fn check(seat: &Seat, tally: &mut Tally, what: &str, expected: f64, result: Result<f64, RunError>) {
    match result {
        Ok(value) => {
            assert_eq!(value, expected, "{what}");
            tally.right += 1;
        }
        Err(error) => explain(seat, tally, what, &error),
    }
}

/// One random act.
pub(crate) fn act(world: &World, dice: &mut Dice, tally: &mut Tally) {
    let (place, chair) = (dice.index(world.places.len()), dice.index(super::CONTEXTS));
    let seat = world.seat(place, chair);
    let (a, b) = (dice.index(1000), dice.index(1000));
    #[allow(clippy::cast_precision_loss, reason = "small")]
    let (a, b) = (a as f64, b as f64);
    let live = || Counted::new(&world.live);
    let ctx = &seat.ctx;
    match dice.below(1000) {
        0..250 => {
            let run = ctx.run((a, b, live()), |_lock, (a, b, _live)| a + b);
            check(&seat, tally, "run", a + b, block_on(run));
        }
        250..450 => check(&seat, tally, "eval", a + b, block_on(ctx.eval(&format!("add({a}, {b})")))),
        450..550 => {
            let source = format!("addLater({a}, {b}).then(x => add(x, 1))");
            check(&seat, tally, "async", a + b + 1.0, block_on(ctx.eval(&source)));
        }
        550..600 => {
            let run = ctx.run_blocking((a, b, live()), |lock, (a, b, _live)| {
                lock.eval(&format!("n++; {a} - {b}")).map(|value| value.number_value(lock).unwrap_or(f64::NAN))
            });
            check(&seat, tally, "blocking", a - b, run.and_then(|result| result));
        }
        600..700 => dropped(&seat, world, a, dice, tally),
        700..740 => {
            let root = ctx.try_run((live(),), |lock, (_live,)| {
                let value = lock.eval("({ x: 7 })")?;
                Ok::<_, RunError>(lock.root(value))
            });
            match block_on(root) {
                Ok(root) => {
                    let again = ctx.run((root,), |lock, (root,)| root.try_get(lock).map_or(f64::NAN, |_| 7.0));
                    check(&seat, tally, "root", 7.0, block_on(again));
                }
                Err(error) => explain(&seat, tally, "root", &error),
            }
        }
        740..800 => cancelled(&seat, world, tally),
        800..815 => terminated(&seat, world, tally),
        815..865 => panicked(&seat, world, a, tally),
        865..915 => threw(&seat, a, tally),
        915..980 => section(&seat, world, tally),
        _ => {
            tally.deaths += 1;
            let way = dice.below(3);
            drop(seat);
            world.replace(place, chair, |former| match way {
                0 => former.ctx.close(),
                1 => former.ctx.kill(),
                _ => drop(former),
            });
        }
    }
}

/// A future that is polled a few times at most, and dropped.
fn dropped(seat: &Seat, world: &World, a: f64, dice: &mut Dice, tally: &mut Tally) {
    let source = match dice.below(4) {
        0 => format!("add({a}, 1)"),
        1 => format!("addLater({a}, 1)"),
        2 => "never()".to_owned(),
        _ => "new Promise(() => {})".to_owned(),
    };
    let mut future = if dice.below(2) == 0 {
        seat.ctx.eval::<f64>(&source).boxed()
    } else {
        let captures = (a, Counted::new(&world.live));
        seat.ctx.run(captures, |_lock, (a, _live)| a + 1.0).boxed()
    };
    for _ in 0..dice.below(3) {
        if let Poll::Ready(result) = poll_once(&mut future) {
            // Nothing in JS refers to the promise that never settles, and V8 has collected it.
            if matches!(result, Err(RunError::PromiseLost)) && source.starts_with("new Promise") {
                break;
            }
            return check(seat, tally, "dropped", a + 1.0, result);
        }
    }
    drop(future);
    tally.dropped += 1;
}

/// An event that is cancelled before, while, or from inside.
fn cancelled(seat: &Seat, world: &World, tally: &mut Tally) {
    let event = seat.ctx.event();
    assert!(event.cancel());
    let refused = block_on(event.run((Counted::new(&world.live),), |_lock, (_live,)| ()));
    if let Err(error @ RunError::Gone(_)) = refused {
        return explain(seat, tally, "cancelled", &error);
    }
    assert!(matches!(refused, Err(RunError::Cancelled { .. })), "{refused:?}");
    let spawned = seat.ctx.spawn((Counted::new(&world.live),), |ev, (live,)| async move {
        let first = ev.run((live.clone(),), |_lock, (_live,)| ()).await;
        ev.cancel();
        let second = ev.run((live,), |_lock, (_live,)| ()).await;
        first.is_ok() && second.is_err()
    });
    match block_on(spawned) {
        // Polled to its end before the cancellation was seen.
        Ok(true) | Err(RunError::Cancelled { .. }) => tally.cancelled += 1,
        Ok(false) => {
            assert!(seat.doomed.load(Ordering::SeqCst));
            tally.gone += 1;
        }
        Err(error) => explain(seat, tally, "spawned", &error),
    }
}

/// A turn that only its termination ends.
fn terminated(seat: &Seat, world: &World, tally: &mut Tally) {
    seat.terminated.store(true, Ordering::SeqCst);
    let event = seat.ctx.event();
    let killer = world.killer.lock().expect("the killer").clone();
    let run = event.try_run((killer, event.clone(), Counted::new(&world.live)), |lock, (killer, event, _live)| {
        drop(killer.send(event));
        lock.eval("n++; for(;;);").map(drop)
    });
    match block_on(run) {
        Err(RunError::Terminated(Request::Terminate(_))) => tally.terminated += 1,
        Ok(()) => panic!("an endless turn ended"),
        Err(error) => explain(seat, tally, "terminated", &error),
    }
}

fn panicked(seat: &Seat, world: &World, a: f64, tally: &mut Tally) {
    let run = seat.ctx.run((a, Counted::new(&world.live)), |_lock, (a, _live)| {
        assert!(a < 0.0, "storm {a}");
    });
    match block_on(run) {
        Err(RunError::Panicked { message, .. }) => {
            assert_eq!(*message, *format!("storm {a}"));
            tally.panicked += 1;
        }
        Ok(()) => panic!("it did not panic"),
        Err(error) => explain(seat, tally, "panicked", &error),
    }
}

fn threw(seat: &Seat, a: f64, tally: &mut Tally) {
    match block_on(seat.ctx.eval::<f64>(&format!("Promise.resolve().then(() => fail('storm {a}'))"))) {
        Err(RunError::Threw(error)) if error.message.contains("R10") => {
            assert!(error.message.contains(&format!("storm {a}")), "{error}");
            tally.threw += 1;
        }
        Ok(_) => panic!("it did not throw"),
        Err(error) => explain(seat, tally, "threw", &error),
    }
}

/// Nobody else's turn of the context comes between the turns of a critical section.
fn section(seat: &Seat, world: &World, tally: &mut Tally) {
    let event = seat.ctx.event();
    let section = event.critical_section((Counted::new(&world.live),), |ev, (live,)| async move {
        let before = ev.run((live.clone(),), |lock, (_live,)| lock.eval("++n").map(|n| n.number_value(lock))).await??;
        let between = ev.run((), |lock, ()| lock.eval("n").map(|n| n.number_value(lock))).await??;
        let after = ev.run((live,), |lock, (_live,)| lock.eval("n").map(|n| n.number_value(lock))).await??;
        Ok::<_, RunError>((before, between, after))
    });
    match block_on(section).and_then(|result| result) {
        Ok((before, between, after)) => {
            assert!(before == between && between == after, "{before:?} {between:?} {after:?}");
            tally.sections += 1;
        }
        Err(error) => explain(seat, tally, "section", &error),
    }
}
