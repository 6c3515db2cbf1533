//! Gate, slot, delete queue and liveness against simple models.

use isolock::protocol::{
    delete_queue::DeleteQueue,
    gate::{Gate, OUTSIDE, Parked, Section},
    liveness::{Liveness, Why},
    turn_slot::{Abandoned, TurnSlot},
};
use proptest::prelude::*;
use std::{
    panic::{AssertUnwindSafe, Location, catch_unwind},
    sync::Arc,
    task::{Context, Poll, Waker},
};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) }
}

#[derive(Debug, Clone)]
enum GateOp {
    Begin,
    /// One of the sections that were begun, by position; may have ended before.
    End(usize),
    /// A turn of one of the sections that were begun, or of none.
    Park(usize),
    /// The same for a turn that comes back from the queue.
    ParkAgain(usize),
    Unpark(usize),
    Close,
}

fn gate_op() -> impl Strategy<Value = GateOp> {
    prop_oneof![
        4 => Just(GateOp::Begin),
        4 => (0..6usize).prop_map(GateOp::End),
        4 => (0..6usize).prop_map(GateOp::Park),
        3 => (0..6usize).prop_map(GateOp::ParkAgain),
        2 => (0..6usize).prop_map(GateOp::Unpark),
        1 => Just(GateOp::Close),
    ]
}

#[derive(Debug, Clone, Copy)]
enum SlotOp {
    Begin,
    PutBack,
    Finish,
    Lose,
    Abandon,
    Poll,
    Wake,
}

fn slot_op() -> impl Strategy<Value = SlotOp> {
    prop_oneof![
        4 => Just(SlotOp::Begin),
        3 => Just(SlotOp::PutBack),
        3 => Just(SlotOp::Finish),
        1 => Just(SlotOp::Lose),
        1 => Just(SlotOp::Abandon),
        3 => Just(SlotOp::Poll),
        1 => Just(SlotOp::Wake),
    ]
}

/// What a slot is, as its users see it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Slot {
    Waiting,
    Running,
    RunningAbandoned,
    Done,
    Spent,
    Lost,
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn r1_gate_follows_its_model(ops in prop::collection::vec(gate_op(), 0..60)) {
        let gate = Gate::<usize>::new();
        let (mut begun, mut open): (Vec<Section>, Vec<Section>) = (vec![OUTSIDE], Vec::new());
        let (mut parked, mut closed): (Vec<Arc<usize>>, bool) = (Vec::new(), false);
        // How many of them came back from the queue; they stand before the others.
        let mut returned = 0;
        for (number, op) in ops.iter().enumerate() {
            match *op {
                GateOp::Begin => match gate.begin() {
                    Some(section) => {
                        prop_assert!(!closed && !begun.contains(&section), "sections have numbers of their own");
                        begun.push(section);
                        open.push(section);
                    }
                    None => prop_assert!(closed),
                },
                GateOp::End(at) => {
                    let section = begun[at % begun.len()];
                    let back = gate.end(section);
                    open.retain(|other| *other != section);
                    prop_assert_eq!(back, std::mem::take(&mut parked), "all come back, in their order");
                    returned = 0;
                }
                GateOp::Park(at) | GateOp::ParkAgain(at) => {
                    let section = begun[at % begun.len()];
                    let admitted = open.last().is_none_or(|top| *top == section);
                    prop_assert_eq!(gate.admits(section), admitted);
                    let turn = Arc::new(number);
                    let again = matches!(op, GateOp::ParkAgain(_));
                    let outcome = match again {
                        true => gate.park_again(section, turn.clone()),
                        false => gate.park(section, turn.clone()),
                    };
                    match outcome {
                        Parked::Parked => {
                            prop_assert!(!closed && !admitted);
                            parked.insert(if again { returned } else { parked.len() }, turn);
                            returned += usize::from(again);
                        }
                        Parked::Open(back) => prop_assert!(!closed && admitted && Arc::ptr_eq(&back, &turn)),
                        Parked::Closed(back) => prop_assert!(closed && Arc::ptr_eq(&back, &turn)),
                    }
                }
                GateOp::Unpark(_) if parked.is_empty() => prop_assert!(!gate.unpark(&Arc::new(number))),
                GateOp::Unpark(at) => {
                    let at = at % parked.len();
                    let turn = parked.remove(at);
                    returned -= usize::from(at < returned);
                    prop_assert!(gate.unpark(&turn) && !gate.unpark(&turn));
                }
                GateOp::Close => {
                    prop_assert_eq!(gate.close(), std::mem::take(&mut parked));
                    returned = 0;
                    closed = true;
                    open.clear();
                }
            }
            prop_assert_eq!(gate.parked(), parked.len());
            for section in &begun {
                prop_assert_eq!(gate.is_inside(*section), open.contains(section));
                prop_assert_eq!(gate.admits(*section), open.last().is_none_or(|top| top == section));
            }
        }
    }

    #[test]
    fn r1_slot_follows_its_model(ops in prop::collection::vec(slot_op(), 0..20)) {
        let slot = TurnSlot::<&str, &str>::new("input");
        let (mut model, mut has_task) = (Slot::Waiting, false);
        for op in ops {
            match op {
                SlotOp::Begin => {
                    prop_assert_eq!(slot.begin(), (model == Slot::Waiting).then_some("input"));
                    model = if model == Slot::Waiting { Slot::Running } else { model };
                }
                // Only who took the input has something to put back or to finish with.
                SlotOp::PutBack if matches!(model, Slot::Running | Slot::RunningAbandoned) => {
                    let wanted = model == Slot::Running;
                    prop_assert_eq!(slot.put_back("input").is_ok(), wanted);
                    model = if wanted { Slot::Waiting } else { Slot::Spent };
                }
                SlotOp::Finish if matches!(model, Slot::Running | Slot::RunningAbandoned) => {
                    let wanted = model == Slot::Running;
                    prop_assert_eq!(slot.finish("output").is_ok(), wanted);
                    (model, has_task) = if wanted { (Slot::Done, false) } else { (Slot::Spent, has_task) };
                }
                SlotOp::PutBack | SlotOp::Finish => {}
                SlotOp::Lose => {
                    slot.lose();
                    (model, has_task) = match model {
                        Slot::Running => (Slot::Lost, false),
                        Slot::RunningAbandoned => (Slot::Spent, false),
                        other => (other, has_task),
                    };
                }
                SlotOp::Abandon => {
                    let (expected, next) = match model {
                        Slot::Waiting => ("input", Slot::Spent),
                        Slot::Running | Slot::RunningAbandoned => ("running", Slot::RunningAbandoned),
                        Slot::Done => ("output", Slot::Spent),
                        Slot::Spent | Slot::Lost => ("spent", Slot::Spent),
                    };
                    let left = match slot.abandon() {
                        Abandoned::Waiting(left) | Abandoned::Done(left) => left,
                        Abandoned::Running => "running",
                        Abandoned::Spent => "spent",
                    };
                    prop_assert_eq!(left, expected);
                    (model, has_task) = (next, false);
                }
                // Nobody polls what was abandoned, or once more after the end.
                SlotOp::Poll if matches!(model, Slot::Spent | Slot::RunningAbandoned) => {}
                SlotOp::Poll => {
                    let polled = catch_unwind(AssertUnwindSafe(|| slot.poll(&Context::from_waker(Waker::noop()))));
                    match model {
                        Slot::Done => prop_assert_eq!(polled.ok(), Some(Poll::Ready("output"))),
                        Slot::Lost => prop_assert!(polled.is_err()),
                        _ => {
                            prop_assert_eq!(polled.ok(), Some(Poll::Pending));
                            has_task = true;
                        }
                    }
                    model = if matches!(model, Slot::Done | Slot::Lost) { Slot::Spent } else { model };
                }
                SlotOp::Wake => prop_assert_eq!(slot.wake(), has_task),
            }
        }
    }

    #[test]
    fn r9_delete_queue_follows_its_model(ops in prop::collection::vec(0..12u8, 0..60)) {
        let queue = DeleteQueue::new();
        let (mut model, mut closed) = (Vec::new(), false);
        for (number, op) in ops.into_iter().enumerate() {
            match op {
                0 => {
                    prop_assert_eq!(queue.close(), std::mem::take(&mut model));
                    closed = true;
                }
                1..4 => prop_assert_eq!(queue.drain(), std::mem::take(&mut model)),
                _ if closed => prop_assert_eq!(queue.push(number), Err(number)),
                _ => {
                    prop_assert_eq!(queue.push(number), Ok(model.is_empty()), "the first one tells the home");
                    model.push(number);
                }
            }
            prop_assert_eq!((queue.len(), queue.is_empty()), (model.len(), model.is_empty()));
        }
    }

    #[test]
    fn r3_liveness_keeps_its_first_obituary(ends in prop::collection::vec(0..5usize, 0..6)) {
        const REASONS: [Why; 5] =
            [Why::Closed, Why::Dropped, Why::Killed, Why::IsolateShutDown, Why::SetupFailed];
        let life = Liveness::new();
        prop_assert!(life.is_alive() && life.check().is_ok());
        for (number, end) in ends.iter().enumerate() {
            prop_assert_eq!(life.end(REASONS[*end], Location::caller()), number == 0);
            prop_assert!(!life.is_alive());
            prop_assert_eq!(life.check().map_err(|obituary| obituary.why), Err(REASONS[ends[0]]));
        }
    }
}

/// Of threads that end it at once one is first, and its reason stays.
#[test]
fn r3_liveness_ends_once_for_racing_threads() {
    let life = Arc::new(Liveness::new());
    let threads = [Why::Closed, Why::Killed, Why::Dropped].map(|why| {
        let life = life.clone();
        std::thread::spawn(move || life.end(why, Location::caller()).then_some(why))
    });
    let won: Vec<_> = threads.into_iter().filter_map(|thread| thread.join().expect("no panic")).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(life.check().map_err(|obituary| obituary.why), Err(won[0]));
}
