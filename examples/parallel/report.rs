//! What is printed at the end.

use crate::{
    crew::{Member, Worked},
    host::Row,
    turns::Turns,
};
use isolock::RunError;
use std::{
    error::Error,
    fmt::{self, Write},
    path::Path,
    time::Duration,
};

/// The rows with the highest scores.
pub(crate) fn rows(out: &mut String, mut rows: Vec<Row>, top: usize) -> fmt::Result {
    rows.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.name.cmp(&b.name)));
    let shown = &rows[..top.min(rows.len())];
    let wide = shown.iter().map(|row| row.name.chars().count()).max().unwrap_or_default();
    for Row { name, score, details } in shown {
        writeln!(out, "{}", format!("{score:>9}  {name:<wide$}  {details}").trim_end())?;
    }
    let sum = rows.iter().fold(0.0, |sum, row| sum + row.score);
    writeln!(out, "{sum:>9}  sum of all {} rows", rows.len())
}

/// A line for each isolate, and how they overlapped. The isolates have been shut down, so that no turn is under way.
pub(crate) fn isolates(out: &mut String, members: &[Member], worked: &[Worked], turns: &Turns) -> fmt::Result {
    // The runtime's own turns have no span, so fewer are measured than begun.
    writeln!(out, "\n  isolate  files  turns  measured   µs: mean   median      p95        sum")?;
    for (member, worked) in members.iter().zip(worked) {
        let times = turns.of(member.isolate.id());
        let sum: Duration = times.iter().sum();
        let mean = sum / u32::try_from(times.len().max(1)).unwrap_or(u32::MAX);
        writeln!(
            out,
            "{:>9} {:>6} {:>6} {:>9} {:>10.1} {:>8.1} {:>8.1} {:>10.0}",
            member.isolate.id(),
            worked.done + worked.failed.len() + worked.unfinished,
            member.isolate.stats().turns,
            times.len(),
            micros(mean),
            micros(quantile(&times, 0.5)),
            micros(quantile(&times, 0.95)),
            micros(sum),
        )?;
    }
    writeln!(
        out,
        "\nat most {} of {} isolates were inside a turn at the same moment; {} turns began while another isolate was \
         inside one",
        turns.most(),
        members.len(),
        turns.overlapping(),
    )
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn quantile(sorted: &[Duration], share: f64) -> Duration {
    #[allow(clippy::cast_precision_loss, reason = "fewer turns than a float can count")]
    let last = sorted.len().saturating_sub(1) as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded, and not negative")]
    let at = (last * share).round() as usize;
    sorted.get(at).copied().unwrap_or_default()
}

/// A file that failed.
pub(crate) fn failure(file: &Path, error: &RunError) {
    eprintln!("failed: {}: {}", file.display(), chain(error));
}

/// An error with its causes.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str("; caused by ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
