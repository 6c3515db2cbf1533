//! Turns at a gate that closes, opens and dies.

use super::model::{Act, Ledger, Model, Outcome, World, explore, poll_once};
use crate::protocol::{
    entry::{Home, lead, submit},
    gate::Section,
    sync::Arc,
};
use loom::{future::block_on, thread};

/// Ends a section as the V8 layer does.
fn end(home: &Model, world: &World, section: Section) {
    for job in world.gate.end(section) {
        submit(home, job);
    }
}

/// A turn comes to a gate that opens at that moment: it parks and is brought back, or goes through.
#[test]
fn loom_park_races_end() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let world = World::new(7);
        let section = world.gate.begin().unwrap();
        let turn = Act::new(1, &ledger).of(&world).spawn(&home);
        end(&home, &world, section);
        assert_eq!(turn.join().unwrap(), Outcome::Ran(1));
        assert_eq!(home.log(), [1]);
        assert_eq!((world.gate.parked(), ledger.alive()), (0, 0));
    });
}

/// The section begins while the turn is on its way to the gate or through it, and ends later.
#[test]
fn loom_begin_and_end_race_a_turn() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let world = World::new(7);
        let turn = Act::new(1, &ledger).of(&world).spawn(&home);
        // A section is begun inside a turn.
        let section = match home.queue().try_enter() {
            Ok(hold) => lead(&*home, hold, |_| world.gate.begin()),
            Err(_) => None,
        };
        if let Some(section) = section {
            end(&home, &world, section);
        }
        assert_eq!(turn.join().unwrap(), Outcome::Ran(1));
        assert_eq!(home.log(), [1]);
        assert_eq!((world.gate.parked(), ledger.alive()), (0, 0));
    });
}

/// The gate closed while the turn stood in the queue: whoever runs it parks it, and the end of the section brings it back.
#[test]
fn loom_repark_races_end() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let world = World::new(7);
        let hold = home.queue().try_enter().unwrap();
        let mut turn = Act::new(1, &ledger).of(&world).future(&home);
        assert!(poll_once(&mut turn).is_pending());
        let section = world.gate.begin().unwrap();
        let ender = {
            let (home, world) = (home.clone(), world.clone());
            thread::spawn(move || end(&home, &world, section))
        };
        lead(&*home, hold, |_| ());
        assert_eq!(block_on(turn).outcome, Outcome::Ran(1));
        ender.join().unwrap();
        assert_eq!(home.log(), [1]);
        assert_eq!((world.gate.parked(), ledger.alive()), (0, 0));
    });
}

/// The same with a turn that nobody polls: the runtime's thread runs it in the end.
#[test]
fn loom_repark_of_a_detached_turn() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let runtime = home.serve();
        let world = World::new(7);
        let hold = home.queue().try_enter().unwrap();
        submit(&*home, Act::new(1, &ledger).of(&world).detached(&home));
        let section = world.gate.begin().unwrap();
        let ender = {
            let (home, world) = (home.clone(), world.clone());
            thread::spawn(move || end(&home, &world, section))
        };
        lead(&*home, hold, |_| ());
        ender.join().unwrap();
        runtime.join();
        assert_eq!(home.log(), [1]);
        assert_eq!((world.gate.parked(), ledger.alive()), (0, 0));
    });
}

/// A context dies with a turn at its gate, on the way to it, or on the way back: the turn is refused, once, and never
/// slips through the gate that death opened.
#[test]
fn loom_death_opens_no_gate() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let world = World::new(7);
        let hold = home.queue().try_enter().unwrap();
        let mut turn = Act::new(1, &ledger).of(&world).future(&home);
        assert!(poll_once(&mut turn).is_pending());
        // Never ended: the turn may not run.
        world.gate.begin().unwrap();
        let killer = {
            let (home, world) = (home.clone(), world.clone());
            thread::spawn(move || world.end(&home))
        };
        lead(&*home, hold, |_| ());
        killer.join().unwrap();
        assert_eq!(block_on(turn).outcome, Outcome::Gone);
        assert_eq!(home.log(), []);
        assert_eq!((world.gate.parked(), ledger.alive(), ledger.refused()), (0, 0, 1));
    });
}

/// Park, end and close at once: run once or refused once, and nothing stays parked.
#[test]
fn loom_park_races_end_and_close() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let world = World::new(7);
        let section = world.gate.begin().unwrap();
        let turn = Act::new(1, &ledger).of(&world).spawn(&home);
        let ender = {
            let (home, world) = (home.clone(), world.clone());
            thread::spawn(move || end(&home, &world, section))
        };
        world.end(&home);
        ender.join().unwrap();
        let outcome = turn.join().unwrap();
        assert!(matches!(outcome, Outcome::Ran(1) | Outcome::Gone));
        assert_eq!(home.log().len(), ledger.ran());
        assert_eq!((world.gate.parked(), ledger.alive(), ledger.ran() + ledger.refused()), (0, 0, 1));
    });
}

/// The future is dropped while its turn is parked, brought back, or between gate and queue.
#[test]
fn loom_drop_races_end() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let runtime = home.serve();
        let world = World::new(7);
        let section = world.gate.begin().unwrap();
        let mut turn = Act::new(1, &ledger).of(&world).future(&home);
        assert!(poll_once(&mut turn).is_pending());
        assert_eq!(world.gate.parked(), 1);
        let dropper = thread::spawn(move || drop(turn));
        end(&home, &world, section);
        dropper.join().unwrap();
        runtime.join();
        assert_eq!((home.log().len(), world.gate.parked(), ledger.alive()), (0, 0, 0));
    });
}

/// The turn is dropped while the holder carries it from the queue back to the gate. An empty shell may stay parked until
/// the section ends; what the turn took along is dropped at once.
#[test]
fn loom_drop_races_repark() {
    explore(|| {
        let (home, ledger) = (Model::new(), Ledger::new());
        let world = World::new(7);
        let hold = home.queue().try_enter().unwrap();
        let mut turn = Act::new(1, &ledger).of(&world).future(&home);
        assert!(poll_once(&mut turn).is_pending());
        let section = world.gate.begin().unwrap();
        let dropper = thread::spawn(move || drop(turn));
        lead(&*home, hold, |_| ());
        dropper.join().unwrap();
        assert_eq!(ledger.alive(), 0);
        let shells: Vec<Arc<_>> = world.gate.end(section);
        assert!(shells.len() <= 1);
        assert_eq!(home.log(), []);
    });
}
