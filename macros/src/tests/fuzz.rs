//! The macros on real Rust items with mutations. `cargo xtask fuzz-macros [count] [seed]` runs a million of them.
//!
//! An input is a function of the seed, its number, and the sources on this machine. What fails is printed with both, and
//! shrunk.

mod mutate;
mod pool;
mod rng;
mod shrink;
mod sound;
mod tree;
mod typed;

use std::env;
use std::ops::AddAssign;
use std::panic::{self, AssertUnwindSafe};
use std::thread;

use mutate::Mutator;
use pool::Pool;
use rng::Rng;
use tree::{Node, stream};

/// What one macro is given.
#[derive(Clone)]
struct Input {
    entry: Entry,
    attr: Vec<Node>,
    item: Vec<Node>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Entry {
    IsolateFn,
    Derive,
}

/// What the macro said to an input.
enum Verdict {
    Accepted,
    /// With how many errors.
    Refused(usize),
}

#[derive(Clone, Copy, Default, Debug)]
struct Counts {
    functions: usize,
    functions_refused: usize,
    types: usize,
    types_refused: usize,
    errors: usize,
}

impl Counts {
    fn add(&mut self, entry: Entry, verdict: &Verdict) {
        let (all, refused) = match entry {
            Entry::IsolateFn => (&mut self.functions, &mut self.functions_refused),
            Entry::Derive => (&mut self.types, &mut self.types_refused),
        };
        *all += 1;
        if let Verdict::Refused(errors) = verdict {
            *refused += 1;
            self.errors += errors;
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.functions += other.functions;
        self.functions_refused += other.functions_refused;
        self.types += other.types;
        self.types_refused += other.types_refused;
        self.errors += other.errors;
    }
}

/// A number that a command sets, or what plain `cargo test` runs with.
fn setting(name: &str, default: u64) -> u64 {
    match env::var(name) {
        Ok(value) => value.parse().unwrap_or_else(|_| panic!("{name} is a number, not `{value}`")),
        Err(_) => default,
    }
}

fn count() -> usize {
    usize::try_from(setting("ISOLOCK_FUZZ_COUNT", 2_000)).expect("a count of inputs")
}

fn seed() -> u64 {
    setting("ISOLOCK_FUZZ_SEED", 4)
}

#[test]
fn fuzz_mutated_items() {
    let (count, seed) = (count(), seed());
    let threads = if count > 10_000 { thread::available_parallelism().map_or(1, usize::from) } else { 1 };
    let counts = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                // The recursive mutants nest deeply.
                thread::Builder::new()
                    .stack_size(64 << 20)
                    .spawn_scoped(scope, move || run((worker..count).step_by(threads), count, seed))
                    .expect("a thread")
            })
            .collect();
        let mut counts = Counts::default();
        for worker in workers {
            counts += worker.join().unwrap_or_else(|panic| panic::resume_unwind(panic));
        }
        counts
    });
    println!("seed {seed}: {counts:?}");
    let Counts { functions, functions_refused, types, types_refused, .. } = counts;
    assert_eq!(functions + types, count);
    // Both outcomes have to be common, or it tests one side only.
    for (all, refused) in [(functions, functions_refused), (types, types_refused)] {
        assert!(refused > all / 20 && all - refused > all / 20, "{counts:?}");
    }
}

/// Runs some of the inputs.
fn run(numbers: impl Iterator<Item = usize>, count: usize, seed: u64) -> Counts {
    let pool = Pool::new(seed, count);
    let mutator = Mutator::new(&pool);
    let mut counts = Counts::default();
    for number in numbers {
        let input = mutator.input(&mut Rng::new(seed, number));
        match check(&input, number % 16 == 0) {
            Ok(verdict) => counts.add(input.entry, &verdict),
            Err(reason) => {
                // The default hook would print each attempt's panic.
                panic::set_hook(Box::new(|_| ()));
                let small = shrink::shrink(input.clone(), &|input| check(input, true).is_err());
                let why = check(&small, true).err().unwrap_or(reason);
                let _default_again = panic::take_hook();
                panic!(
                    "input {number} of seed {seed}: {why}\n{}\n\nbefore it was shrunk:\n{}",
                    show(&small),
                    show(&input)
                );
            }
        }
    }
    counts
}

/// Whether the macro is sound on the input; a panic is an error, too.
fn check(input: &Input, with_places: bool) -> Result<Verdict, String> {
    let (attr, item) = (stream(&input.attr), stream(&input.item));
    let sound = || match input.entry {
        Entry::IsolateFn => sound::isolate_fn(attr, item, with_places),
        Entry::Derive => sound::derive(item, with_places),
    };
    panic::catch_unwind(AssertUnwindSafe(sound)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        Err(format!("it panicked: {}", text.unwrap_or_default()))
    })
}

fn show(input: &Input) -> String {
    let (attr, item) = (stream(&input.attr), stream(&input.item));
    match input.entry {
        Entry::IsolateFn => format!("#[isolate_fn({attr})]\n{item}"),
        Entry::Derive => format!("#[derive(Portable)]\n{item}"),
    }
}
