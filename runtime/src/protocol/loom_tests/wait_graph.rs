//! Of two waits that would close a cycle, one is refused.

use super::model::explore;
use crate::protocol::{
    sync::Arc,
    wait_graph::{Cycle, Holding, Wait, WaitGraph},
};
use loom::thread;
use std::{mem::ManuallyDrop, panic::Location};

fn wait(holds: u64, wants: u64) -> Wait {
    let here = Location::caller();
    Wait {
        thread: std::thread::current().id(),
        holding: Some(Holding { isolate: holds, entered: here }),
        wants,
        at: here,
    }
}

/// Waits for ever, or is refused.
fn try_wait(graph: &WaitGraph, wait: Wait) -> Option<Cycle> {
    match graph.wait(wait) {
        Ok(waiting) => {
            // Nobody lets go before all have asked.
            let _kept = ManuallyDrop::new(waiting);
            None
        }
        Err(cycle) => Some(cycle),
    }
}

#[test]
fn loom_abba_is_refused_once_with_both_sites() {
    explore(|| {
        let graph = Arc::new(WaitGraph::new());
        let (ab, ba) = (wait(1, 2), wait(2, 1));
        let other = {
            let graph = graph.clone();
            thread::spawn(move || try_wait(&graph, ba))
        };
        let own = try_wait(&graph, ab);
        let other = other.join().unwrap();
        assert!(own.is_some() ^ other.is_some(), "exactly one is refused");
        let (cycle, order) = own.map(|cycle| (cycle, [ab, ba])).or(other.map(|cycle| (cycle, [ba, ab]))).unwrap();
        assert_eq!(cycle.waits, order);
        assert_eq!(graph.snapshot().len(), 1, "the refused one isn't registered");
    });
}

/// Three in a ring: the last one is refused, whoever it is, and told of all three.
#[test]
fn loom_ring_of_three_is_refused_once() {
    explore(|| {
        let graph = Arc::new(WaitGraph::new());
        let others = [(1, 2), (2, 3)].map(|(holds, wants)| {
            let graph = graph.clone();
            let wait = wait(holds, wants);
            thread::spawn(move || try_wait(&graph, wait))
        });
        let own = try_wait(&graph, wait(3, 1));
        let cycles: Vec<_> = others.into_iter().map(|other| other.join().unwrap()).chain([own]).flatten().collect();
        assert_eq!(cycles.len(), 1);
        assert_eq!(cycles[0].waits.len(), 3);
    });
}

/// A wait that ended is no edge.
#[test]
fn loom_ended_wait_closes_nothing() {
    explore(|| {
        let graph = Arc::new(WaitGraph::new());
        let waiting = graph.wait(wait(1, 2)).unwrap();
        let other = {
            let graph = graph.clone();
            let wait = wait(2, 1);
            thread::spawn(move || graph.wait(wait).map(drop).is_err())
        };
        drop(waiting);
        let refused = other.join().unwrap();
        assert_eq!(graph.snapshot().len(), 0);
        assert_eq!(graph.wait(wait(2, 1)).map(drop), Ok(()), "refused before: {refused}");
    });
}
