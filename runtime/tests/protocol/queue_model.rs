//! The turn queue against a list: every result, every state, and the promise that nobody is forgotten.

use isolock::protocol::turn_queue::{Busy, Hold, MAX_BARGES, Submitted, TurnQueue, Waiter};
use proptest::prelude::*;
use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

#[derive(Default)]
struct Turn {
    id: usize,
    wakes: AtomicUsize,
}

impl Waiter for Turn {
    fn wake(&self) {
        self.wakes.fetch_add(1, Ordering::Relaxed);
    }
}

#[derive(Debug, Clone)]
enum Op {
    TryEnter,
    /// One after the other lets go and comes, so many times.
    Barge(usize),
    Submit,
    Lead,
    Next,
    Release,
    /// By position, modulo the length.
    Remove(usize),
    /// Every turn whose number has this remainder.
    TakeIf(usize),
    Close,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        5 => Just(Op::TryEnter),
        3 => (1..=MAX_BARGES).prop_map(Op::Barge),
        6 => Just(Op::Submit),
        3 => Just(Op::Lead),
        4 => Just(Op::Next),
        6 => Just(Op::Release),
        2 => (0..20usize).prop_map(Op::Remove),
        1 => (0..3usize).prop_map(Op::TakeIf),
        1 => Just(Op::Close),
    ]
}

/// The queue beside its model.
struct Pair<'q> {
    queue: &'q TurnQueue<Turn>,
    hold: Option<Hold<'q, Turn>>,
    made: usize,
    list: VecDeque<Arc<Turn>>,
    barges: usize,
    closed: bool,
}

impl<'q> Pair<'q> {
    fn turn(&mut self) -> Arc<Turn> {
        self.made += 1;
        Arc::new(Turn { id: self.made, ..Turn::default() })
    }

    /// The number of wakes of whoever is the head at this moment.
    fn wakes_of_head(&self) -> usize {
        self.list.front().map_or(0, |head| head.wakes.load(Ordering::Relaxed))
    }

    /// Turns left the list: a new head of a free isolate must have been woken, and counts its barges from none.
    fn removed(&mut self, head: Option<Arc<Turn>>, wakes: &[(Arc<Turn>, usize)]) {
        let same = match (&head, self.list.front()) {
            (Some(before), Some(now)) => Arc::ptr_eq(before, now),
            (None, None) => true,
            _ => false,
        };
        if same {
            return;
        }
        self.barges = 0;
        if self.hold.is_none() && !self.list.is_empty() {
            let now = &self.list[0];
            let before = wakes.iter().find(|(turn, _)| Arc::ptr_eq(turn, now)).map_or(0, |(_, wakes)| *wakes);
            assert_eq!(now.wakes.load(Ordering::Relaxed), before + 1, "the new head was not woken");
        }
    }

    fn snapshot(&self) -> Vec<(Arc<Turn>, usize)> {
        self.list.iter().map(|turn| (turn.clone(), turn.wakes.load(Ordering::Relaxed))).collect()
    }

    fn apply(&mut self, op: &Op) {
        match op {
            Op::TryEnter => {
                let expected = if self.closed {
                    Err(Busy::Closed)
                } else if self.hold.is_some() {
                    Err(Busy::Held)
                } else if self.barges >= MAX_BARGES && !self.list.is_empty() {
                    Err(Busy::Overtaken)
                } else {
                    Ok(())
                };
                match self.queue.try_enter() {
                    Ok(hold) => {
                        assert_eq!(expected, Ok(()));
                        self.hold = Some(hold);
                        self.barges += usize::from(!self.list.is_empty());
                    }
                    Err(busy) => assert_eq!(expected, Err(busy)),
                }
            }
            Op::Barge(times) => {
                for _ in 0..*times {
                    self.apply(&Op::Release);
                    self.apply(&Op::TryEnter);
                }
            }
            Op::Submit => {
                let turn = self.turn();
                match self.queue.submit(turn.clone()) {
                    Submitted::Closed(back) => assert!(self.closed && Arc::ptr_eq(&back, &turn)),
                    Submitted::Queued => {
                        assert!(!self.closed && self.hold.is_some());
                        self.list.push_back(turn);
                    }
                    Submitted::Lead(hold) => {
                        assert!(!self.closed && self.hold.is_none());
                        self.list.push_back(turn);
                        self.hold = Some(hold);
                    }
                }
            }
            Op::Lead => match self.queue.lead() {
                Some(hold) => {
                    assert!(self.hold.is_none(), "two hold it");
                    self.hold = Some(hold);
                }
                None => assert!(self.hold.is_some()),
            },
            Op::Next => {
                if let Some(hold) = &mut self.hold {
                    let (next, expected) = (hold.next(), self.list.pop_front());
                    assert_eq!(next.as_ref().map(|turn| turn.id), expected.map(|turn| turn.id));
                    self.barges = if next.is_some() { 0 } else { self.barges };
                }
            }
            Op::Release => {
                let wakes = self.wakes_of_head();
                if let Some(hold) = self.hold.take() {
                    assert_eq!(hold.release(), !self.list.is_empty());
                    let woken = self.wakes_of_head() - wakes;
                    assert_eq!(woken, usize::from(!self.list.is_empty()), "whoever lets go wakes the head");
                }
            }
            Op::Remove(at) => {
                if self.list.is_empty() {
                    assert!(!self.queue.remove(&self.turn()));
                    return;
                }
                let (head, wakes) = (self.list.front().cloned(), self.snapshot());
                let turn = self.list.remove(at % self.list.len()).expect("in range");
                assert!(self.queue.remove(&turn));
                assert!(!self.queue.remove(&turn), "it is there once");
                self.removed(head, &wakes);
            }
            Op::TakeIf(remainder) => {
                let (head, wakes) = (self.list.front().cloned(), self.snapshot());
                let taken = self.queue.take_if(|turn| turn.id % 3 == *remainder);
                let (expected, kept): (Vec<_>, Vec<_>) =
                    self.list.drain(..).partition(|turn| turn.id % 3 == *remainder);
                self.list = kept.into();
                assert_eq!(ids(&taken), ids(&expected));
                self.removed(head, &wakes);
            }
            Op::Close => {
                let last = self.turn();
                let (taken, submitted) = self.queue.close(last.clone());
                match submitted {
                    Submitted::Closed(back) => {
                        assert!(self.closed && taken.is_empty() && Arc::ptr_eq(&back, &last));
                        return;
                    }
                    Submitted::Queued => assert!(self.hold.is_some()),
                    Submitted::Lead(hold) => {
                        assert!(self.hold.is_none());
                        self.hold = Some(hold);
                    }
                }
                assert!(!self.closed);
                assert_eq!(ids(&taken), ids(self.list.make_contiguous()));
                self.list = VecDeque::from([last]);
                (self.closed, self.barges) = (true, 0);
            }
        }
    }

    fn check(&self) {
        assert_eq!(self.queue.is_held(), self.hold.is_some());
        assert_eq!(self.queue.waiting(), self.list.len());
        assert_eq!(self.queue.has_waiting(), !self.list.is_empty());
    }
}

fn ids(turns: &[Arc<Turn>]) -> Vec<usize> {
    turns.iter().map(|turn| turn.id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn r1_queue_follows_its_model(ops in prop::collection::vec(op(), 0..120)) {
        let queue = TurnQueue::new();
        let mut pair = Pair {
            queue: &queue,
            hold: None,
            made: 0,
            list: VecDeque::new(),
            barges: 0,
            closed: false,
        };
        for op in &ops {
            pair.apply(op);
            pair.check();
        }
    }
}
