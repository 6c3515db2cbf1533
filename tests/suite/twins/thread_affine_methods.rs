//! Methods of handles (R5, and what follows from it).

use crate::support::*;
use futures::channel::oneshot;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;
use std::num::ParseIntError;

/// What most of the cases are about.
#[thread_affine(owner = context)]
struct Counter {
    hits: u64,
}

#[thread_affine]
impl Counter {
    #[isolate_fn]
    fn hits(&self) -> u64 {
        self.hits
    }

    #[isolate_fn]
    fn reset(&mut self) {
        self.hits = 0;
    }

    #[isolate_fn]
    fn finish(self) -> u64 {
        self.hits
    }

    #[isolate_fn]
    fn absorb(&mut self, lock: &mut Lock<'_>, other: CounterHandle) -> Result<u64, RunError> {
        self.hits += other.take(lock)?.hits;
        Ok(self.hits)
    }

    #[isolate_fn(nested)]
    fn add(&mut self, text: &str) -> Result<u64, ParseIntError> {
        self.hits += text.parse::<u64>()?;
        Ok(self.hits)
    }

    #[isolate_fn]
    async fn refresh(this: CounterHandle, ev: Event, source: String) -> Result<u64, RunError> {
        let hits = ev.run((source,), |_lock, (source,)| source.len() as u64).await?;
        ev.try_run((this, hits), |lock, (this, hits)| {
            this.with_mut(lock, |counter, _lock| {
                counter.hits = hits;
                hits
            })
        })
        .await
    }
}

mod methods {
    use super::{Counter, CounterHandle};
    use isolock::prelude::*;

    #[thread_affine]
    impl Counter {
        #[isolate_fn]
        pub(super) fn doubled(&self) -> u64 {
            self.hits * 2
        }
    }
}

fn counter(ctx: &IoContext, hits: u64) -> CounterHandle {
    block_on(ctx.run((hits,), |lock, (hits,)| lock.own(Counter { hits }))).expect("a counter")
}

#[test]
fn r5_affine_value_as_capture() {
    async fn count(ctx: &IoContext) -> Result<u64, RunError> {
        let counter = ctx.run((), |lock, ()| lock.own(Counter { hits: 4 })).await?;
        ctx.try_run((counter,), |lock, (counter,)| counter.with(lock, |counter, _lock| counter.hits)).await
    }
    on_both_homes(|world| assert_eq!(block_on(count(&world.context().1)).unwrap(), 4));
}

#[test]
fn r5_affine_value_as_argument() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (first, second) = (counter(&ctx, 2), counter(&ctx, 3));
        assert_eq!(block_on(first.absorb(second)).unwrap(), 5);
    });
}

#[test]
fn r5_affine_method_in_a_box() {
    on_both_homes(|world| assert_eq!(block_on(counter(&world.context().1, 5).finish()).unwrap(), 5));
}

#[test]
fn r5_affine_method_not_marked() {
    async fn start_over(counter: &CounterHandle) -> Result<(), RunError> {
        counter.reset().await
    }
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let counter = counter(&ctx, 6);
        block_on(start_over(&counter)).unwrap();
        assert_eq!(block_on(counter.hits()).unwrap(), 0);
    });
}

#[test]
fn r5_affine_handle_not_in_scope() {
    on_both_homes(|world| assert_eq!(block_on(counter(&world.context().1, 7).doubled()).unwrap(), 14));
}

#[test]
fn r7_affine_receiver_on_async_method() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let counter = counter(&ctx, 0);
        assert_eq!(block_on(counter.refresh("four".to_owned())).unwrap(), 4);
        assert_eq!(block_on(counter.hits()).unwrap(), 4);
    });
}

#[test]
fn r7_affine_lock_in_async_method() {
    #[thread_affine(owner = context)]
    struct Meter {
        hits: u64,
    }

    #[thread_affine]
    impl Meter {
        #[isolate_fn]
        async fn hits(this: MeterHandle, ev: Event) -> Result<u64, RunError> {
            ev.try_run((this,), |lock, (this,)| this.with(lock, |meter, _lock| meter.hits)).await
        }
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let meter = block_on(ctx.run((), |lock, ()| lock.own(Meter { hits: 8 }))).unwrap();
        assert_eq!(block_on(meter.hits()).unwrap(), 8);
    });
}

/// The other one.
#[thread_affine(owner = context)]
#[derive(Default)]
struct Names {
    names: Vec<String>,
}

/// It says that it may cross.
struct Entry {
    name: String,
}

impl Portable for Entry {}

#[thread_affine]
impl Names {
    #[isolate_fn]
    fn first(&self) -> Option<String> {
        self.names.first().cloned()
    }

    #[isolate_fn]
    fn add_js(&mut self, lock: &mut Lock<'_>, name: &JsRoot<v8::String>) -> Result<(), RunError> {
        self.names.push(name.try_get(lock)?.to_rust_string_lossy(lock));
        Ok(())
    }

    #[isolate_fn]
    fn copy(&self, mut out: Vec<String>) -> Vec<String> {
        out.extend(self.names.iter().cloned());
        out
    }

    #[isolate_fn]
    fn add(&mut self, entry: Entry) {
        self.names.push(entry.name);
    }

    #[isolate_fn]
    fn add_with(&mut self, prefix: &str, name: &str) {
        self.names.push(format!("{prefix}{name}"));
    }
}

fn names(ctx: &IoContext) -> NamesHandle {
    block_on(ctx.run((), |lock, ()| lock.own(Names::default()))).expect("names")
}

#[test]
fn r7_affine_method_returns_reference() {
    on_both_homes(|world| assert_eq!(block_on(names(&world.context().1).first()).unwrap(), None));
}

#[test]
fn r7_affine_local_as_argument() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let names = names(&ctx);
        let name = block_on(ctx.try_run((), |lock, ()| {
            let name = v8::String::new(lock, "ada").ok_or(RunError::Refused("out of memory"))?;
            Ok::<_, RunError>(lock.root(name))
        }));
        block_on(names.add_js(name.unwrap())).unwrap();
        assert_eq!(block_on(names.first()).unwrap().unwrap(), "ada");
    });
}

#[test]
fn r2_affine_argument_lent_mutably() {
    on_both_homes(|world| {
        let out = block_on(names(&world.context().1).copy(vec!["kept".to_owned()]));
        assert_eq!(out.unwrap(), ["kept"]);
    });
}

#[test]
fn r2_affine_argument_not_portable() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let names = names(&ctx);
        block_on(names.add(Entry { name: "grace".to_owned() })).unwrap();
        assert_eq!(block_on(names.first()).unwrap().unwrap(), "grace");
    });
}

#[test]
fn r2_affine_capture_on_method() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let names = names(&ctx);
        block_on(names.add_with("dr ".to_owned(), "grace".to_owned())).unwrap();
        assert_eq!(block_on(names.first()).unwrap().unwrap(), "dr grace");
    });
}

#[test]
fn r2_affine_error_of_method_takes_no_run_error() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let counter = counter(&ctx, 1);
        assert_eq!(block_on(counter.add("2".to_owned())).unwrap(), Ok(3));
        assert!(block_on(counter.add("two".to_owned())).unwrap().is_err());
    });
}

#[test]
fn r4_affine_method_blocks() {
    #[thread_affine(owner = context)]
    struct Jobs {
        own_next: Option<oneshot::Receiver<String>>,
    }

    #[thread_affine]
    impl Jobs {
        #[isolate_fn]
        async fn next(this: JobsHandle, ev: Event) -> Result<Option<String>, RunError> {
            let open = |lock: &mut Lock<'_>, (this,): (JobsHandle,)| {
                this.with_mut(lock, |jobs, _lock| Waiting(jobs.own_next.take()))
            };
            let Some(next) = ev.try_run((this,), open).await?.0 else { return Ok(None) };
            // The isolate is free while this waits.
            Ok(next.await.ok())
        }
    }

    /// What is awaited outside of the turn.
    struct Waiting(Option<oneshot::Receiver<String>>);
    impl Portable for Waiting {}

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (sender, receiver) = oneshot::channel();
        let jobs = block_on(ctx.run((Waiting(Some(receiver)),), |lock, (next,)| lock.own(Jobs { own_next: next.0 })));
        let mut next = pending(jobs.unwrap().next());
        assert_eq!(number(&ctx, "1 + 1"), 2.0);
        sender.send("job".to_owned()).unwrap();
        assert_eq!(block_on(&mut next).unwrap().as_deref(), Some("job"));
    });
}
