//! Waits that would never end, and those that would.

use crate::executor::Watchdog;
use isolock::protocol::wait_graph::{Cycle, Holding, Wait, WaitGraph, Waiting};
use std::{panic::Location, thread, time::Duration};

/// A wait by a turn of isolate `holds` for isolate `wants`; its two call sites are of its own.
fn wait(holds: u64, wants: u64, entered: &'static Location<'static>, at: &'static Location<'static>) -> Wait {
    Wait { thread: thread::current().id(), holding: Some(Holding { isolate: holds, entered }), wants, at }
}

#[track_caller]
fn here() -> &'static Location<'static> {
    Location::caller()
}

/// `(line of the entry, line of the wait)` of each party.
fn lines(cycle: &Cycle) -> Vec<(u32, u32)> {
    cycle.waits.iter().map(|wait| (wait.holding.expect("it is in a turn").entered.line(), wait.at.line())).collect()
}

fn assert_names(cycle: &Cycle) {
    let text = cycle.to_string();
    for wait in &cycle.waits {
        let holding = wait.holding.expect("it is in a turn");
        for site in [holding.entered, wait.at] {
            assert!(text.contains(&site.to_string()), "{text} does not name {site}");
        }
        assert!(text.contains(&format!("holds isolate {}", holding.isolate)), "{text}");
        assert!(text.contains(&format!("waits for isolate {}", wait.wants)), "{text}");
    }
}

fn allowed(graph: &WaitGraph, wait: Wait) -> Waiting<'_> {
    graph.wait(wait).unwrap_or_else(|cycle| panic!("{cycle}"))
}

fn refused(graph: &WaitGraph, wait: Wait) -> Cycle {
    match graph.wait(wait) {
        Ok(_) => panic!("{wait} was allowed"),
        Err(cycle) => cycle,
    }
}

#[test]
fn r8_a_turn_that_waits_for_its_own_isolate_is_a_cycle_of_one() {
    let graph = WaitGraph::new();
    let (entered, at) = (here(), here());
    let cycle = refused(&graph, wait(1, 1, entered, at));
    assert_eq!(lines(&cycle), [(entered.line(), at.line())]);
    assert_names(&cycle);
    assert!(graph.snapshot().is_empty(), "who is refused does not wait");
}

#[test]
fn r8_abba_names_both_call_sites() {
    let graph = WaitGraph::new();
    let first = wait(1, 2, here(), here());
    let second = wait(
        2,
        1,
        here(), //
        here(),
    );
    let _waiting = allowed(&graph, first);
    let cycle = refused(&graph, second);
    assert_eq!(cycle.waits, [second, first], "beginning with the one that was refused");
    assert_names(&cycle);
}

#[test]
fn r8_cycle_of_three_names_all_call_sites() {
    let graph = WaitGraph::new();
    let _waits = [allowed(&graph, wait(1, 2, here(), here())), allowed(&graph, wait(2, 3, here(), here()))];
    let cycle = refused(&graph, wait(3, 1, here(), here()));
    assert_eq!(cycle.waits.iter().map(|wait| wait.wants).collect::<Vec<_>>(), [1, 2, 3]);
    assert_names(&cycle);
}

#[test]
fn r8_a_chain_is_no_cycle() {
    let graph = WaitGraph::new();
    let waits: Vec<_> = (1..100).map(|isolate| allowed(&graph, wait(isolate, isolate + 1, here(), here()))).collect();
    // A thread in no turn holds nothing, so whatever it waits for, nobody waits for it.
    let outside = Wait { thread: thread::current().id(), holding: None, wants: 1, at: here() };
    assert!(outside.to_string().contains("waits for isolate 1 at "), "{outside}");
    let outside = allowed(&graph, outside);
    assert_eq!(graph.snapshot().len(), 100);
    drop((waits, outside));
    assert!(graph.snapshot().is_empty());
    // What ended closes no cycle.
    drop(allowed(&graph, wait(100, 1, here(), here())));
}

/// The path from the refused one is followed, whatever else waits.
#[test]
fn r8_bystanders_are_not_named() {
    let graph = WaitGraph::new();
    let _bystanders = [allowed(&graph, wait(7, 1, here(), here())), allowed(&graph, wait(8, 2, here(), here()))];
    let _waiting = allowed(&graph, wait(1, 2, here(), here()));
    assert_eq!(refused(&graph, wait(2, 1, here(), here())).waits.len(), 2);
}

/// A turn waits for one thing at a time. If a caller registers two, a cycle may be overlooked, but nothing hangs.
#[test]
fn r8_two_waits_of_one_turn_hang_nobody() {
    let _watchdog = Watchdog::within(Duration::from_secs(10), || "the search follows a cycle for ever".to_owned());
    let graph = WaitGraph::new();
    let first = allowed(&graph, wait(1, 9, here(), here()));
    let _waits = [allowed(&graph, wait(1, 2, here(), here())), allowed(&graph, wait(2, 1, here(), here()))];
    drop(first);
    drop(graph.wait(wait(3, 1, here(), here())));
}
