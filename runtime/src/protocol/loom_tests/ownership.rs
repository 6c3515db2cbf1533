//! An affine value ends once and is dropped once, at home.

use super::model::explore;
use crate::protocol::{
    delete_queue::DeleteQueue,
    liveness::Why,
    own_list::OwnList,
    ownership::Ownership,
    sync::{Arc, Mutex, lock},
};
use loom::thread;
use std::panic::Location;

/// One value, its home's queue, and what only the holder of the home touches.
struct Home {
    value: Ownership,
    deletes: DeleteQueue<u64>,
    held: Mutex<Held>,
}

struct Held {
    own: OwnList<&'static str>,
    number: u64,
    dropped: usize,
}

impl Home {
    fn new(strong: usize) -> Arc<Self> {
        let mut own = OwnList::new();
        let number = own.reserve();
        own.insert(number, "value").expect("the list is open");
        let held = Mutex::new(Held { own, number, dropped: 0 });
        Arc::new(Self { value: Ownership::new(strong), deletes: DeleteQueue::new(), held })
    }

    /// Somebody ended the value and tells its home. A home that has closed has dropped it.
    fn doom(&self) {
        let _ = self.deletes.push(0);
    }

    /// A strong owner goes, on any thread.
    fn let_go(&self) -> bool {
        let ended = self.value.let_go(Location::caller());
        if ended {
            self.doom();
        }
        ended
    }

    fn release(&self) -> bool {
        let ended = self.value.end(Why::Released, Location::caller());
        if ended {
            self.doom();
        }
        ended
    }

    /// What a turn does at its edge.
    fn turn(&self) {
        let mut held = lock(&self.held);
        for number in self.deletes.drain() {
            held.end(number, &self.value, Why::Dropped);
        }
    }

    /// What a turn's body may do. `true` if it has the value now.
    fn take(&self) -> bool {
        let mut held = lock(&self.held);
        if !self.value.is_alive() || !self.value.end(Why::Taken, Location::caller()) {
            return false;
        }
        let number = held.number;
        held.own.remove(number).expect("a value that is alive is there");
        true
    }

    /// The last turn, or the end of the thread. `true` if that ended the value.
    fn tear_down(&self) -> bool {
        let mut held = lock(&self.held);
        held.own.close();
        let mut ended = false;
        while held.own.pop().is_some() {
            ended |= self.value.end(Why::OwnerEnded, Location::caller());
            held.dropped += 1;
        }
        for number in self.deletes.close() {
            held.end(number, &self.value, Why::Dropped);
        }
        ended
    }

    fn dropped(&self) -> usize {
        lock(&self.held).dropped
    }
}

impl Held {
    fn end(&mut self, number: u64, value: &Ownership, why: Why) {
        assert!(!value.end(why, Location::caller()), "whoever tells the home has ended the value");
        if self.own.remove(number).is_some() {
            self.dropped += 1;
        }
    }
}

fn spawn(home: &Arc<Home>, act: impl FnOnce(&Home) -> bool + Send + 'static) -> thread::JoinHandle<bool> {
    let home = home.clone();
    thread::spawn(move || act(&home))
}

fn ends(acts: impl IntoIterator<Item = bool>) -> usize {
    acts.into_iter().filter(|ended| *ended).count()
}

#[test]
fn loom_last_owners_race_teardown() {
    explore(|| {
        let home = Home::new(2);
        let owners = [spawn(&home, Home::let_go), spawn(&home, Home::let_go)];
        let torn = home.tear_down();
        let went = owners.map(|owner| owner.join().unwrap());
        assert_eq!(ends(went) + usize::from(torn), 1, "it ends once");
        assert_eq!(home.dropped(), 1);
        assert!(!home.value.is_alive() && home.deletes.is_empty());
    });
}

#[test]
fn loom_release_races_last_owner_and_a_turn() {
    explore(|| {
        let home = Home::new(1);
        let acts = [spawn(&home, Home::let_go), spawn(&home, Home::release)];
        home.turn();
        let ended = acts.map(|act| act.join().unwrap());
        assert_eq!(ends(ended), 1);
        home.turn();
        assert_eq!(home.dropped(), 1);
    });
}

#[test]
fn loom_take_races_last_owner() {
    explore(|| {
        let home = Home::new(1);
        let owner = spawn(&home, Home::let_go);
        let taken = home.take();
        let went = owner.join().unwrap();
        home.turn();
        assert_ne!(taken, went, "either the body has it, or its home drops it");
        assert_eq!(home.dropped(), usize::from(went));
    });
}

/// An owner that shares before it goes keeps the value, whoever else goes meanwhile.
#[test]
fn loom_shared_owner_keeps() {
    explore(|| {
        let home = Home::new(2);
        home.value.share();
        let owners = [spawn(&home, Home::let_go), spawn(&home, Home::let_go)];
        home.turn();
        assert_eq!(ends(owners.map(|owner| owner.join().unwrap())), 0);
        assert!(home.value.is_alive());
        assert_eq!(home.dropped(), 0);
        assert!(home.let_go());
        home.turn();
        assert_eq!(home.dropped(), 1);
    });
}
