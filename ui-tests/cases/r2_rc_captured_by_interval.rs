// R2 explicit-captures: an interval captures an `Rc`, and its turns move between threads

use isolock::{Timer, prelude::*};
use std::{cell::Cell, rc::Rc, time::Duration};

fn count(lock: &mut Lock<'_>, ticks: Rc<Cell<u32>>) -> Timer {
    lock.interval(Duration::from_secs(1), (ticks,), |_lock, (ticks,)| ticks.set(ticks.get() + 1))
}

fn main() {}
