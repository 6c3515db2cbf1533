//! `cargo xtask compile-time [n]`: what annotated functions cost the compiler, against the same ones written by hand.
//!
//! Four crates with the same host functions: annotated; with the macro's expansion pasted into the source, which costs
//! the same but for the macro; by hand; and the functions alone. Everything they depend on is built before.

mod clock;
mod functions;

use crate::scratch::Scratch;
use crate::steps::succeed;
use crate::workspace::Workspace;
use clock::Clock;
use functions::{Style, source};

const COUNT: usize = 1_000;

pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<(), String> {
    let count = match args {
        [] => COUNT,
        [count] => count.parse().map_err(|_| format!("`{count}` is no number: compile-time [n]"))?,
        _ => return Err("too many arguments: compile-time [n]".to_owned()),
    };
    let crates = [
        Measured::new(workspace, "annotated", source(Style::Annotated, count))?,
        Measured::new(workspace, "pasted", paste(workspace, &source(Style::Annotated, count))?)?,
        Measured::new(workspace, "by-hand", source(Style::ByHand, count))?,
        Measured::new(workspace, "alone", source(Style::Alone, count))?,
    ];
    let mut rows = Vec::new();
    for measured in crates {
        let times = [measured.seconds(workspace, "check")?, measured.seconds(workspace, "build")?];
        rows.push(Row {
            name: measured.name,
            lines: measured.source.lines().count(),
            check: times[0],
            build: times[1],
        });
    }
    print!("{}", table(&rows, count));
    Ok(())
}

/// The source with every annotated function replaced by what the macro makes of it. The macro's own tests do that: a
/// procedural macro can't be called from elsewhere.
fn paste(workspace: &Workspace, annotated: &str) -> Result<String, String> {
    let scratch = Scratch::new(workspace, "compile-time", "pasted")?;
    scratch.write("annotated.rs", annotated)?;
    let mut expand = workspace.cargo(["test", "--quiet", "-p", "isolock-macros", "--lib", "pasted"]);
    expand.env("ISOLOCK_PASTE_FROM", scratch.path("annotated.rs")).env("ISOLOCK_PASTE_TO", scratch.path("pasted.rs"));
    succeed(&mut expand)?;
    std::fs::read_to_string(scratch.path("pasted.rs")).map_err(|error| format!("pasted.rs: {error}"))
}

struct Measured {
    name: &'static str,
    source: String,
    scratch: Scratch,
}

impl Measured {
    fn new(workspace: &Workspace, name: &'static str, source: String) -> Result<Self, String> {
        Ok(Self { name, source, scratch: Scratch::new(workspace, "compile-time", name)? })
    }

    /// What cargo takes when only this crate has changed.
    fn seconds(&self, workspace: &Workspace, command: &str) -> Result<f64, String> {
        let build = |source: &str| {
            self.scratch.write("src/lib.rs", source)?;
            let began = Clock::now();
            succeed(self.scratch.cargo(workspace, [command]).env("CARGO_INCREMENTAL", "0"))?;
            Ok::<_, String>(began.elapsed())
        };
        // Builds the dependencies.
        build("")?;
        build(&self.source)
    }
}

struct Row {
    name: &'static str,
    lines: usize,
    check: f64,
    build: f64,
}

fn table(rows: &[Row], count: usize) -> String {
    let row = |name| rows.iter().find(|row| row.name == name).expect("all are measured");
    let (annotated, pasted, by_hand, alone) = (row("annotated"), row("pasted"), row("by-hand"), row("alone"));
    let mut out = format!("\n{count} functions, incremental off, seconds of {}:\n\n", Clock::MEASURES);
    out.push_str("crate          lines    check    build  ms per function (check, build)\n");
    for row in rows {
        let per_function = |seconds: f64| seconds * 1000.0 / count as f64;
        out.push_str(&format!(
            "{:<12} {:>7} {:>6.2} s {:>6.2} s  {:>6.2} {:>6.2}\n",
            row.name,
            row.lines,
            row.check,
            row.build,
            per_function(row.check),
            per_function(row.build)
        ));
    }
    let ratio = |of: fn(&Row) -> f64| of(annotated) / of(by_hand);
    out.push_str(&format!(
        "\nannotated / by hand: check {:.2}, build {:.2}\n",
        ratio(|row| row.check),
        ratio(|row| row.build)
    ));
    let part = |name: &str, seconds: f64| format!("  {name:<46} {seconds:>6.2} s\n");
    out.push_str("where an annotated build goes:\n");
    out.push_str(&part("the functions themselves (alone, build)", alone.build));
    out.push_str(&part("the macro at work (annotated - pasted, check)", annotated.check - pasted.check));
    out.push_str(&part("types of the expansion (pasted - alone, check)", pasted.check - alone.check));
    let codegen = |row: &Row| row.build - row.check;
    out.push_str(&part("its machine code (build - check, less alone's)", codegen(annotated) - codegen(alone)));
    out
}

#[cfg(test)]
mod tests {
    use super::{Row, table};

    #[test]
    fn the_table_compares_with_what_is_written_by_hand() {
        let rows = [("annotated", 4.0, 9.0), ("pasted", 3.0, 8.0), ("by-hand", 2.0, 6.0), ("alone", 1.0, 2.0)];
        let rows = rows.map(|(name, check, build)| Row { name, lines: 10, check, build });
        let table = table(&rows, 1000);
        assert!(table.contains("annotated / by hand: check 2.00, build 1.50"), "{table}");
        assert!(table.contains("(annotated - pasted, check)    1.00 s"), "{table}");
        assert!(table.contains("less alone's)   4.00 s"), "{table}");
    }
}
