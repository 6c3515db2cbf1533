//! Steps that all run, whatever becomes of the ones before, and a summary of them.

use std::process::Command;
use std::time::{Duration, Instant};

/// Runs steps one after another and remembers what became of them.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<Done>,
}

struct Done {
    title: String,
    took: Duration,
    failure: Option<String>,
}

impl Steps {
    /// Runs a command as a step.
    pub(crate) fn command(&mut self, title: &str, command: &mut Command) {
        self.run(title, || succeed(command));
    }

    /// Runs anything as a step. A failure doesn't stop the next one: one run should show everything that is wrong.
    pub(crate) fn run(&mut self, title: &str, step: impl FnOnce() -> Result<(), String>) {
        eprintln!("\n==> {title}");
        let began = Instant::now();
        let failure = step().err();
        if let Some(failure) = &failure {
            eprintln!("{}", failure.trim_end());
        }
        self.done.push(Done { title: title.to_owned(), took: began.elapsed(), failure });
    }

    /// Prints the summary. An error if any step failed.
    pub(crate) fn finish(&self) -> Result<(), String> {
        eprintln!("\n{}", self.summary());
        match self.done.iter().filter(|done| done.failure.is_some()).count() {
            0 => Ok(()),
            failed => Err(format!("{failed} of {} steps failed", self.done.len())),
        }
    }

    fn summary(&self) -> String {
        let row = |done: &Done| {
            let word = if done.failure.is_some() { "FAILED" } else { "ok" };
            format!("{word:<6} {:>5} s  {}\n", done.took.as_secs(), done.title)
        };
        self.done.iter().map(row).collect()
    }
}

/// Shows the command as it could be typed, runs it, and turns its exit status into a result.
pub(crate) fn succeed(command: &mut Command) -> Result<(), String> {
    let shown = shown(command);
    eprintln!("    $ {shown}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` failed ({status})")),
        Err(error) => Err(format!("`{shown}` could not be started: {error}")),
    }
}

fn shown(command: &Command) -> String {
    let quoted = |text: String| if text.contains(' ') { format!("'{text}'") } else { text };
    let set = command
        .get_envs()
        .filter_map(|(name, value)| Some(format!("{}={}", name.display(), quoted(value?.display().to_string()))));
    let words = command.get_args().map(|arg| quoted(arg.display().to_string()));
    set.chain(["cargo".to_owned()]).chain(words).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_counted_and_the_next_one_runs() {
        let mut steps = Steps::default();
        let mut ran = false;
        steps.run("first", || Err("no".into()));
        steps.run("second", || {
            ran = true;
            Ok(())
        });
        assert!(ran);
        assert_eq!(steps.finish(), Err("1 of 2 steps failed".into()));
        assert!(steps.summary().starts_with("FAILED"));
    }

    #[test]
    fn a_command_is_shown_as_it_could_be_typed() {
        let mut command = Command::new("cargo");
        command.args(["test", "-p", "isolock"]).env("RUSTFLAGS", "--cfg loom").env_remove("GONE");
        assert_eq!(shown(&command), "RUSTFLAGS='--cfg loom' cargo test -p isolock");
    }
}
