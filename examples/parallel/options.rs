//! The command line.

use std::{ffi::OsString, num::NonZeroUsize, path::PathBuf, str::FromStr, thread, time::Duration};

pub(crate) const HELP: &str = "\
Runs a JavaScript module over files, on several V8 isolates in parallel.

usage: parallel [options] [files…]

  files               default: the Rust sources of this workspace
  --isolates N        how many isolates (default: one per core, at least 2)
  --pinned            each isolate lives on a thread of its own
  --module PATH       the module; its default export is called with the path of each file
  --turn-limit-ms N   end turns that run longer
  --top N             how many rows to print (default: 12)
  --help              this text

The module may call readText(path) (a promise), sha256(text), and emit(name, score, details?).
Exit status: 0 if all went well, 1 if something failed, 2 for a wrong command line, 130 after Ctrl-C.
";

/// More would only compete for cores and memory.
const MOST_ISOLATES: usize = 256;

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) isolates: usize,
    pub(crate) pinned: bool,
    pub(crate) module: Option<PathBuf>,
    pub(crate) turn_limit: Option<Duration>,
    pub(crate) top: usize,
    pub(crate) files: Vec<PathBuf>,
}

/// Reads the command line. `None` if it asks for help.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Option<Options>, String> {
    let cores = thread::available_parallelism().map_or(2, NonZeroUsize::get);
    let mut options = Options {
        isolates: cores.clamp(2, MOST_ISOLATES),
        pinned: false,
        module: None,
        turn_limit: None,
        top: 12,
        files: Vec::new(),
    };
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let name = arg.to_str().unwrap_or_default();
        match name {
            "--help" | "-h" => return Ok(None),
            "--pinned" => options.pinned = true,
            "--isolates" => options.isolates = number(name, args.next(), 1, MOST_ISOLATES)?,
            "--turn-limit-ms" => {
                options.turn_limit = Some(Duration::from_millis(number(name, args.next(), 1, 3_600_000)?));
            }
            "--top" => options.top = number(name, args.next(), 0, usize::MAX)?,
            "--module" => options.module = Some(args.next().ok_or("`--module` wants a path")?.into()),
            "--" => {
                options.files.extend(args.by_ref().map(PathBuf::from));
            }
            option if option.starts_with('-') => return Err(format!("unknown option `{option}`")),
            _ => options.files.push(arg.into()),
        }
    }
    Ok(Some(options))
}

fn number<T>(name: &str, value: Option<OsString>, least: T, most: T) -> Result<T, String>
where
    T: FromStr + PartialOrd + std::fmt::Display,
{
    let number = value.as_ref().and_then(|value| value.to_str()).and_then(|value| value.parse().ok());
    match (number, value) {
        (Some(number), _) if (&least..=&most).contains(&&number) => Ok(number),
        (_, Some(value)) => Err(format!("`{name}` wants a whole number from {least} to {most}, not {value:?}")),
        (_, None) => Err(format!("`{name}` wants a whole number from {least} to {most}")),
    }
}
