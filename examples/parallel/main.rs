//! Runs a JavaScript module over files, on several V8 isolates in parallel. See `parallel --help`, or the module that it
//! runs by default, `survey.js`.

mod crew;
mod host;
mod options;
mod report;
mod sources;
mod stop;
mod turns;

use crew::{Member, Source};
use futures::{executor::block_on, future::join_all};
use host::Files;
use isolock::Runtime;
use options::Options;
use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::mpsc,
    time::Instant,
};
use stop::Stop;
use turns::Turns;

fn main() -> ExitCode {
    let options = match options::parse(env::args_os().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            show(options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(wrong) => {
            eprintln!("parallel: {wrong} (see `parallel --help`)");
            return ExitCode::from(2);
        }
    };
    run(options).unwrap_or_else(|error| {
        eprintln!("parallel: {error}");
        ExitCode::FAILURE
    })
}

fn run(options: Options) -> Result<ExitCode, String> {
    let stop = Stop::on_ctrl_c().map_err(|error| format!("can't listen to Ctrl-C: {error}"))?;
    let turns = Turns::measure().map_err(|error| error.to_string())?;
    let source = module(options.module.as_deref())?;
    let (root, files) = files(&options)?;
    let runtime = Runtime::builder().build().map_err(|error| error.to_string())?;
    let reader = Files::new(&root, options.isolates.min(4)).map_err(|error| format!("no threads: {error}"))?;
    let (sender, receiver) = mpsc::channel();

    let home = if options.pinned { "pinned" } else { "shared" };
    show(&format!("{}: {} files, {} isolates ({home} home)\n\n", source.name, files.len(), options.isolates));
    let mut members = Vec::new();
    for _ in 0..options.isolates {
        match Member::new(&runtime, &options, &source, (reader.clone(), sender.clone()), &stop) {
            Ok(member) => members.push(member),
            Err(_) if stop.asked() => break,
            Err(error) => return Err(format!("the module doesn't load: {}", report::chain(&error))),
        }
    }
    drop(sender);

    let began = Instant::now();
    let (worked, left) = crew::work(&members, files, &stop).map_err(|error| error.to_string())?;
    let took = began.elapsed();
    // A call that was terminated is told so before its turn is over; after the shutdown no turn is under way.
    stop.forget();
    let gone: Vec<_> = members.iter().map(|member| member.isolate.shutdown()).collect();
    block_on(join_all(gone));

    let failed: Vec<_> = worked.iter().flat_map(|worked| &worked.failed).collect();
    for (file, error) in &failed {
        report::failure(file, error);
    }
    let done: usize = worked.iter().map(|worked| worked.done).sum();
    let left = left + worked.iter().map(|worked| worked.unfinished).sum::<usize>();
    let mut out = String::new();
    report::rows(&mut out, receiver.try_iter().collect(), options.top)
        .and_then(|()| report::isolates(&mut out, &members, &worked, &turns))
        .map_err(|error| error.to_string())?;
    show(&out);
    show(&format!("{done} files done, {} failed, {left} left, in {took:.1?}\n", failed.len()));

    Ok(match (stop.asked(), failed.is_empty()) {
        (true, _) => {
            eprintln!("stopped by Ctrl-C");
            ExitCode::from(stop::STATUS)
        }
        (false, false) => ExitCode::FAILURE,
        (false, true) => ExitCode::SUCCESS,
    })
}

/// Prints, and carries on if nobody reads: `parallel | head -1` should end quietly.
fn show(text: &str) {
    drop(io::stdout().write_all(text.as_bytes()));
}

fn module(path: Option<&Path>) -> Result<Source, String> {
    let Some(path) = path else {
        return Ok(Source { name: "survey.js".into(), text: include_str!("survey.js").into() });
    };
    let bytes = fs::read(path).map_err(|error| format!("can't read the module {}: {error}", path.display()))?;
    let text = String::from_utf8(bytes).map_err(|error| format!("the module {}: {error}", path.display()))?;
    Ok(Source { name: path.display().to_string(), text })
}

/// The files, and the folder that their paths start from.
fn files(options: &Options) -> Result<(PathBuf, Vec<PathBuf>), String> {
    if !options.files.is_empty() {
        return Ok((PathBuf::new(), options.files.clone()));
    }
    let root = sources::root();
    let files = sources::below(&root).map_err(|error| format!("can't list {}: {error}", root.display()))?;
    if files.is_empty() {
        return Err(format!("no Rust sources below {}: name some files", root.display()));
    }
    Ok((root, files))
}
