//! Who waits for whom, and the cycle that would never end.
//!
//! A thread that blocks until an isolate gives it a turn is an edge: from the isolate whose turn the thread is in (if it
//! is in one) to the isolate it wants. Only a turn that waits can close a cycle, and it can't let go of its isolate while
//! it waits, so looking once, when the wait begins and under one mutex, is enough.

use super::sync::{Mutex, lock};
use std::{fmt, panic::Location, thread::ThreadId};

/// The turn that a waiting thread is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The isolate it holds.
    pub isolate: u64,
    /// The call that entered the turn.
    pub entered: &'static Location<'static>,
}

/// One blocked thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The thread.
    pub thread: ThreadId,
    /// The turn it is in.
    pub holding: Option<Holding>,
    /// The isolate it waits for.
    pub wants: u64,
    /// The call that waits.
    pub at: &'static Location<'static>,
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.holding {
            Some(holding) => write!(
                f,
                "{:?} holds isolate {} (turn entered at {}) and waits for isolate {} at {}",
                self.thread, holding.isolate, holding.entered, self.wants, self.at
            ),
            None => write!(f, "{:?} waits for isolate {} at {}", self.thread, self.wants, self.at),
        }
    }
}

/// A wait that would never end: every party, beginning with the one that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// The waits; each wants what the next one holds, and the last one wants what the first one holds.
    pub waits: Vec<Wait>,
}

impl fmt::Display for Cycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, wait) in self.waits.iter().enumerate() {
            write!(f, "{}{wait}", if index == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

/// All blocked threads of a process.
#[derive(Default)]
pub struct WaitGraph {
    waits: Mutex<Waits>,
}

#[derive(Default)]
struct Waits {
    next: u64,
    list: Vec<(u64, Wait)>,
}

impl WaitGraph {
    /// Nobody waits.
    #[must_use]
    pub fn new() -> Self {
        Self { waits: Mutex::new(Waits { next: 0, list: Vec::new() }) }
    }

    /// Registers a wait until the guard is dropped.
    ///
    /// # Errors
    /// The cycle that this wait would close; it is not registered then.
    pub fn wait(&self, wait: Wait) -> Result<Waiting<'_>, Cycle> {
        let mut waits = lock(&self.waits);
        if let Some(holding) = wait.holding
            && let Some(cycle) = close(&waits.list, wait, holding.isolate)
        {
            return Err(cycle);
        }
        let key = waits.next;
        waits.next += 1;
        waits.list.push((key, wait));
        Ok(Waiting { graph: self, key })
    }

    /// Everybody who waits at this moment, for reports.
    #[must_use]
    pub fn snapshot(&self) -> Vec<Wait> {
        lock(&self.waits).list.iter().map(|(_, wait)| *wait).collect()
    }
}

/// The cycle that `wait`, made by a turn of isolate `held`, would close. An isolate is held by one turn and a turn waits for
/// one thing at a time, so there is one path to follow; its length is bounded by the number of waits even for a caller who
/// registers two waits for one turn.
fn close(waits: &[(u64, Wait)], wait: Wait, held: u64) -> Option<Cycle> {
    let mut cycle = vec![wait];
    while cycle.len() <= waits.len() + 1 {
        let wanted = cycle.last()?.wants;
        if wanted == held {
            return Some(Cycle { waits: cycle });
        }
        let next = waits.iter().find(|(_, other)| other.holding.is_some_and(|holding| holding.isolate == wanted));
        cycle.push(next?.1);
    }
    None
}

/// A registered wait.
#[must_use = "dropping it ends the wait"]
pub struct Waiting<'g> {
    graph: &'g WaitGraph,
    key: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        lock(&self.graph.waits).list.retain(|(key, _)| *key != self.key);
    }
}
