//! A clock that others on the machine don't disturb, where there is one.

use std::fs;
use std::time::Instant;

/// Since when: what this process's children had taken, or the time of day.
pub(super) struct Clock {
    cpu: Option<f64>,
    wall: Instant,
}

impl Clock {
    pub(super) const MEASURES: &str = if cfg!(target_os = "linux") { "CPU time" } else { "wall time" };

    pub(super) fn now() -> Self {
        Self { cpu: children(), wall: Instant::now() }
    }

    /// In seconds.
    pub(super) fn elapsed(&self) -> f64 {
        match (self.cpu, children()) {
            (Some(began), Some(now)) => now - began,
            _ => self.wall.elapsed().as_secs_f64(),
        }
    }
}

/// The CPU time of the children that have ended, and of theirs.
fn children() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    parse(&stat)
}

/// `cutime` and `cstime` in proc(5), in hundredths of a second on every Linux that programs see.
fn parse(stat: &str) -> Option<f64> {
    // The name of the program may have blanks and parentheses.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(13);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_times_of_children_are_found() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194560 5 6 7 8 11 12 250 150 20 0 1 0 99";
        assert_eq!(parse(stat), Some(4.0));
        assert_eq!(parse("42 (a"), None);
    }
}
