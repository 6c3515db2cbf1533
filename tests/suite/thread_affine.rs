//! `#[thread_affine]`: handles whose methods are turns of the owner (R5).

use crate::support::*;
use isolock::{AtHome, prelude::*};
use isolock_tests::{block_on, context};
use std::{
    collections::HashMap,
    fmt,
    rc::Rc,
    sync::{Arc, Mutex},
    thread,
};

/// A map that belongs to a context.
#[thread_affine(owner = context)]
struct Kv {
    own_map: HashMap<String, u64>,
    hits: u64,
    #[affine(reason = "counts its own drop, wherever that is")]
    dropped: Counted,
}

impl Kv {
    fn new() -> Self {
        Self { own_map: HashMap::new(), hits: 0, dropped: Counted::default() }
    }
}

#[derive(Debug)]
enum KvError {
    Missing(String),
    Run(RunError),
}

impl Portable for KvError {}

impl From<RunError> for KvError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl fmt::Display for KvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(key) => write!(f, "`{key}` is missing"),
            Self::Run(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for KvError {}

#[thread_affine]
impl Kv {
    /// How many keys a store is made with.
    const KEYS: usize = 1;

    #[isolate_fn]
    fn open(lock: &mut Lock<'_>, key: &str) -> Result<Self, KvError> {
        if key.is_empty() {
            return Err(KvError::Missing("key".to_owned()));
        }
        let mut kv = Self::new();
        kv.own_map.insert(format!("{key} of {}", lock.context().id()), 0);
        assert_eq!(kv.own_map.len(), Self::KEYS);
        Ok(kv)
    }

    #[isolate_fn]
    fn keys(&self) -> Vec<String> {
        self.own_map.keys().cloned().collect()
    }

    #[isolate_fn]
    fn put(&mut self, lock: &mut Lock<'_>, key: &str, value: u64) -> Result<u64, KvError> {
        self.hits += 1;
        // The lock is there for whoever needs it.
        let value = lock.eval(&format!("{value} + 1"))?.number_value(lock).ok_or(RunError::PromiseLost)?;
        let value = value as u64;
        Ok(self.own_map.insert(key.to_owned(), value).unwrap_or(value))
    }

    #[isolate_fn]
    fn get(&mut self, key: String) -> Result<u64, KvError> {
        self.hits += 1;
        self.own_map.get(&key).copied().ok_or(KvError::Missing(key))
    }

    #[isolate_fn]
    fn hits(&self) -> u64 {
        self.hits
    }

    #[isolate_fn]
    fn close(self) -> usize {
        self.own_map.len()
    }

    #[isolate_fn(nested)]
    fn parse(&self, text: &str) -> Result<u64, std::num::ParseIntError> {
        text.parse()
    }

    #[isolate_fn]
    fn fork(&self, deep: bool) -> Option<Self> {
        deep.then(|| Self { own_map: self.own_map.clone(), ..Self::new() })
    }

    #[isolate_fn]
    fn explode(&mut self) -> u64 {
        boom("the store is on fire");
        0
    }

    #[isolate_fn]
    async fn refresh(this: KvHandle, ev: Event, keys: Vec<String>) -> Result<u64, KvError> {
        for key in keys {
            futures::future::lazy(|cx| cx.waker().wake_by_ref()).await;
            ev.try_run((this.clone(), key), |lock, (this, key)| {
                this.with_mut(lock, |kv, lock| Kv::put(kv, lock, &key, 1))?
            })
            .await?;
        }
        Ok(this.hits().await?)
    }

    #[isolate_fn]
    async fn where_from(ev: Event, factor: u64) -> u64 {
        ev.context().id() * factor
    }

    /// Not for handles.
    fn clear(&mut self) {
        self.own_map.clear();
    }
}

impl From<JsError> for KvError {
    fn from(error: JsError) -> Self {
        Self::Run(error.into())
    }
}

fn kv(ctx: &IoContext) -> KvHandle {
    block_on(ctx.run((), |lock, ()| lock.own(Kv::new()))).expect("a store")
}

#[test]
fn methods_are_turns_from_any_thread() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        let threads: Vec<_> = (0..4)
            .map(|n| {
                let kv = kv.clone();
                thread::spawn(move || block_on(kv.put(format!("key {n}"), n)).unwrap())
            })
            .collect();
        for (n, thread) in threads.into_iter().enumerate() {
            assert_eq!(thread.join().unwrap(), n as u64 + 1);
        }
        assert_eq!(block_on(kv.get("key 3".to_owned())).unwrap(), 4);
        assert_eq!(block_on(kv.hits()).unwrap(), 5);
        let missing = block_on(kv.get("key 9".to_owned()));
        assert!(matches!(missing, Err(KvError::Missing(key)) if key == "key 9"));
        // A foreign error stays inside.
        assert_eq!(block_on(kv.parse("12".to_owned())).unwrap(), Ok(12));
        assert!(block_on(kv.parse("x".to_owned())).unwrap().is_err());
    });
}

#[test]
fn the_type_stays_what_it_was() {
    let mut kv = Kv::new();
    kv.clear();
    assert_eq!((kv.hits(), kv.get("a".to_owned()).is_err(), kv.hits()), (0, true, 1));
    let (drops, _) = kv.dropped.counters();
    assert_eq!(kv.close(), 0);
    assert_eq!(count(&drops), 1);
}

#[test]
fn the_future_of_a_method_borrows_nothing() {
    fn sendable<T: Send + 'static>(value: T) -> T {
        value
    }
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let future = sendable(kv(&ctx).clone().put("a".to_owned(), 1));
        assert_eq!(thread::spawn(move || block_on(future)).join().unwrap().unwrap(), 2);
    });
}

#[test]
fn functions_that_give_self_give_the_handle() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = block_on(KvHandle::open(&ctx, "a".to_owned())).unwrap();
        assert_eq!(block_on(kv.keys()).unwrap(), [format!("a of {}", ctx.id())]);
        assert!(matches!(block_on(KvHandle::open(&ctx, String::new())), Err(KvError::Missing(_))));
        assert!(block_on(kv.fork(false)).unwrap().is_none());
        let fork = block_on(kv.fork(true)).unwrap().unwrap();
        assert_eq!(block_on(kv.close()).unwrap(), 1);
        assert_eq!(block_on(fork.keys()).unwrap().len(), 1);
    });
}

#[test]
fn r5_a_method_with_self_takes_the_value_out() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let (handle, drops) = block_on(ctx.run((), |lock, ()| {
            let kv = Kv::new();
            let (drops, _) = kv.dropped.counters();
            (lock.own(kv), Carry(drops))
        }))
        .unwrap();
        let other = handle.clone();
        assert_eq!(block_on(handle.close()).unwrap(), 0);
        assert_eq!(count(&drops.0), 1);
        assert!(!other.is_alive());
        gone(block_on(other.hits()));
        gone(block_on(other.close()));
        let refused = block_on(other.get("a".to_owned()));
        assert!(matches!(refused, Err(KvError::Run(RunError::Gone(_)))), "{refused:?}");
    });
}

#[test]
fn r9_a_value_ends_with_its_context() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (first, second) = (context(&isolate), context(&isolate));
        let handle = kv(&first);
        let drops =
            block_on(first.run((handle.clone(),), |lock, (kv,)| {
                kv.with(lock, |kv, _lock| Carry(kv.dropped.counters().0)).unwrap()
            }))
            .unwrap();
        first.close();
        // The next turn finds it dropped, and drops nothing twice.
        block_on(second.run((), |_lock, ()| ())).unwrap();
        until(|| count(&drops.0) == 1);
        gone(block_on(handle.hits()));
        assert!(!handle.is_alive());
        block_on(isolate.shutdown());
        assert_eq!(count(&drops.0), 1);
    });
}

#[test]
fn r5_a_handle_in_a_turn_of_another_context_is_refused() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (first, second) = (context(&isolate), context(&isolate));
        let kv = kv(&first);
        let refused = block_on(second.run((kv.clone(),), |lock, (kv,)| kv.with(lock, |kv, _lock| kv.hits))).unwrap();
        assert!(matches!(refused, Err(RunError::WrongContext { .. })), "{refused:?}");
        // The method finds its own way.
        assert_eq!(block_on(kv.hits()).unwrap(), 0);
    });
}

#[test]
fn a_panicking_method_is_an_error_of_the_call() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        assert_eq!(panicked(block_on(kv.explode())), "the store is on fire");
        // The borrow ended with the panic.
        assert_eq!(block_on(kv.put("a".to_owned(), 1)).unwrap(), 2);
    });
}

#[test]
fn r1_a_method_awaited_in_a_turn_is_refused_and_the_lock_is_the_way() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        let (refused, hits) = block_on(ctx.run((kv,), |lock, (kv,)| {
            let refused = ready(kv.hits());
            let hits = kv.with_mut(lock, |kv, lock| {
                Kv::put(kv, lock, "a", 1).unwrap();
                kv.hits
            });
            (refused, hits)
        }))
        .unwrap();
        assert!(matches!(refused, Err(RunError::Reentrant { .. })), "{refused:?}");
        assert_eq!(hits.unwrap(), 1);
    });
}

/// A store that can be read and written from JS, which its methods call.
#[isolate_fn]
fn peek(lock: &mut Lock<'_>, #[capture] kv: &KvHandle) -> Result<f64, RunError> {
    kv.with(lock, |kv, _lock| kv.hits as f64)
}

#[isolate_fn]
fn poke(lock: &mut Lock<'_>, #[capture] kv: &KvHandle) -> Result<f64, RunError> {
    kv.with_mut(lock, |kv, _lock| {
        kv.hits += 1;
        kv.hits as f64
    })
}

#[thread_affine]
impl Kv {
    /// Runs a script while the value is borrowed.
    #[isolate_fn]
    fn script(&mut self, lock: &mut Lock<'_>, source: &str) -> Result<String, RunError> {
        Ok(lock.eval(source)?.to_rust_string_lossy(lock))
    }

    /// The same with a shared borrow.
    #[isolate_fn]
    fn script_shared(&self, lock: &mut Lock<'_>, source: &str) -> Result<String, RunError> {
        Ok(lock.eval(source)?.to_rust_string_lossy(lock))
    }
}

#[test]
fn r5_a_method_that_js_leads_back_to_is_refused_and_both_calls_are_named() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        block_on(ctx.try_run((kv.clone(),), |lock, (kv,)| lock.install((peek { kv: kv.clone() }, poke { kv }))))
            .unwrap();
        assert_eq!(number(&ctx, "poke() + peek()"), 2.0);
        for source in ["poke()", "peek()", "`${{ toString: poke }}`", "[...{ *[Symbol.iterator]() { yield poke() } }]"]
        {
            let caught = format!("try {{ {source} }} catch (e) {{ e.message }}");
            let text = block_on(kv.script(caught)).unwrap();
            assert!(text.starts_with("R5 name-what-is-affine: the `Kv` made at "), "{text}");
            assert!(text.contains("Kv::script") && text.matches("thread_affine.rs:").count() >= 3, "{text}");
        }
        // Two shared borrows are fine, a mutable one beside a shared one isn't.
        assert_eq!(block_on(kv.script_shared("peek()".to_owned())).unwrap(), "1");
        let refused = threw(block_on(kv.script_shared("poke()".to_owned())));
        assert!(refused.message.contains("R5"), "{refused}");
        assert_eq!(number(&ctx, "poke()"), 2.0);
    });
}

#[test]
fn async_methods_are_events_of_the_owner() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        let hits = block_on(kv.refresh(vec!["a".to_owned(), "b".to_owned()])).unwrap();
        assert_eq!((hits, block_on(kv.keys()).unwrap().len()), (2, 2));
        assert_eq!(block_on(KvHandle::where_from(&ctx, 2)).unwrap(), ctx.id() * 2);
        ctx.close();
        let refused = block_on(kv.refresh(Vec::new()));
        assert!(matches!(refused, Err(KvError::Run(RunError::Gone(_)))), "{refused:?}");
    });
}

/// Calls methods of a handle between awaits.
#[isolate_fn]
async fn tally(ev: Event, #[capture] kv: KvHandle, key: String) -> Result<f64, KvError> {
    let before = kv.hits().await?;
    kv.put(key.clone(), 1).await?;
    // The same by hand.
    ev.try_run((kv.clone(), key), |lock, (kv, key)| kv.with_mut(lock, |kv, _lock| kv.get(key))?).await?;
    let hits = kv.refresh(vec!["c".to_owned()]).await?;
    Ok((hits - before) as f64)
}

#[test]
fn a_host_function_captures_a_handle() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        block_on(ctx.try_run((kv.clone(),), |lock, (kv,)| lock.install((tally { kv },)))).unwrap();
        assert_eq!(number(&ctx, "tally('x')"), 3.0);
        block_on(kv.close()).unwrap();
        let refused = threw(block_on(ctx.eval::<f64>("tally('x')")));
        assert!(refused.message.contains("R3") || refused.message.contains("R9"), "{refused}");
    });
}

#[test]
fn methods_in_a_critical_section_go_on_with_its_event() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        let section = ctx.event().critical_section((kv.clone(),), |ev, (kv,)| async move {
            // As an event of its own each of these would wait for the end of this section.
            let before = kv.hits().await?;
            kv.put("a".to_owned(), 1).await.map_err(|_| RunError::PromiseLost)?;
            let hits = kv.refresh(vec!["b".to_owned()]).await.map_err(|_| RunError::PromiseLost)?;
            drop(ev);
            Ok::<_, RunError>((before, hits))
        });
        assert_eq!(block_on(section).unwrap().unwrap(), (0, 2));
    });
}

#[test]
fn a_method_called_by_a_cancelled_event_is_cancelled_with_it() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let kv = kv(&ctx);
        let event = ctx.event();
        let log = Log::default();
        let body = event.critical_section((kv.clone(), log.clone()), |ev, (kv, log)| async move {
            ev.cancel();
            if let Err(RunError::Cancelled { .. }) = kv.hits().await {
                log.push("cancelled");
            }
        });
        drop(block_on(body));
        // An event of the method's own would not know.
        assert_eq!(log.lines(), ["cancelled"]);
        assert_eq!(block_on(kv.hits()).unwrap(), 0);
    });
}

#[test]
fn a_handle_shows_owner_and_origin() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let shown = format!("{:?}", kv(&ctx));
        assert!(shown.contains("Kv") && shown.contains("context"), "{shown}");
        assert!(shown.contains("thread_affine.rs:"), "{shown}");
    });
}

/// Values of any kind, for all contexts of an isolate.
#[thread_affine(owner = isolate)]
struct Pool<T: Portable, const N: usize = 2> {
    free: Vec<T>,
}

#[thread_affine]
impl<T: Portable + Clone, const N: usize> Pool<T, N> {
    #[isolate_fn]
    fn new(first: T) -> Self {
        Self { free: vec![first; N] }
    }

    #[isolate_fn]
    fn take(&mut self) -> Option<T> {
        self.free.pop()
    }

    #[isolate_fn]
    fn convert<R: From<T> + Portable, const M: usize>(&self, skip: &[u8; M], last: impl Into<R> + Portable) -> Vec<R> {
        self.free.iter().skip(skip.len()).cloned().map(R::from).chain([last.into()]).collect()
    }
}

trait Size {
    type Number;
    fn size(&self, add: Self::Number) -> Self::Number;
}

#[thread_affine]
impl<T: Portable, const N: usize> Size for Pool<T, N> {
    type Number = u64;

    #[isolate_fn]
    fn size(&self, add: Self::Number) -> Self::Number {
        self.free.len() as u64 + add
    }
}

#[test]
fn generic_types_methods_and_traits() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let (first, second) = (context(&isolate), context(&isolate));
        let pool: PoolHandle<String> = block_on(PoolHandle::new(&first, "x".to_owned())).unwrap();
        assert_eq!(block_on(pool.size(5)).unwrap(), 7);
        // The isolate owns it: any of its contexts may open it.
        let free =
            block_on(second.run((pool.clone(),), |lock, (pool,)| pool.with(lock, |pool, _lock| pool.free.len())));
        assert_eq!(free.unwrap().unwrap(), 2);
        // The method `take` is the type's, not that of what the handle dereferences to.
        assert_eq!(block_on(pool.take()).unwrap().unwrap(), "x");
        let wide: PoolHandle<u32, 3> = block_on(PoolHandle::new(&first, 2)).unwrap();
        assert_eq!(block_on(wide.size(0)).unwrap(), 3);
        let all: Vec<u64> = block_on(wide.convert([0; 1], 7_u8)).unwrap();
        assert_eq!(all, [2, 2, 7]);
    });
}

/// Not sendable in two ways.
#[thread_affine(owner = thread)]
struct Window {
    home: AtHome,
    own_title: Rc<str>,
}

#[thread_affine]
impl Window {
    #[isolate_fn]
    fn open(title: &str) -> Homed<Window> {
        Homed::here(Self { home: AtHome::new(), own_title: title.into() })
    }

    #[isolate_fn]
    fn title(&self) -> String {
        self.own_title.to_string()
    }
}

#[test]
fn r5_a_value_of_a_thread_is_opened_on_its_pinned_home() {
    on_both_homes(|world| {
        if world.home == Home::Shared {
            return;
        }
        let (_isolate, ctx) = world.context();
        let window = block_on(WindowHandle::open(&ctx, "main".to_owned())).unwrap();
        let handle = window.handle();
        assert_eq!(thread::spawn(move || block_on(handle.title())).join().unwrap().unwrap(), "main");
        let handle = window.handle();
        drop(window);
        block_on(ctx.run((), |_lock, ()| ())).unwrap();
        gone(block_on(handle.title()));
    });
}

/// What a connection is doing.
#[thread_affine(owner = context, handle = ConnRef)]
enum Conn {
    Idle,
    Open { own_log: Vec<String>, count: u64 },
    Failed(String, #[affine(reason = "is looked at by its owner only")] Box<dyn std::error::Error + Send + Sync>),
}

mod elsewhere {
    //! Methods in another module than the type.

    use super::{Conn, ConnRef};
    use isolock::prelude::*;

    #[thread_affine(handle = ConnRef)]
    impl Conn {
        #[isolate_fn]
        pub(super) fn step(&mut self, line: &str) -> String {
            match self {
                Self::Idle => *self = Self::Open { own_log: vec![line.to_owned()], count: 1 },
                Self::Open { own_log, count } if *count < 2 => {
                    own_log.push(line.to_owned());
                    *count += 1;
                }
                Self::Open { own_log, .. } => *self = Self::Failed(own_log.join(" "), "full".into()),
                Self::Failed(text, error) => return format!("{error} after {text}"),
            }
            String::new()
        }
    }

    pub(super) mod deeper {
        use isolock::thread_affine;

        #[thread_affine(handle = super::super::ConnRef)]
        impl super::super::Conn {
            #[cfg(not(unix))]
            #[isolate_fn]
            pub(in super::super) fn name(&self) -> i32 {
                0
            }

            #[cfg(unix)]
            #[isolate_fn]
            #[deprecated = "for the test"]
            pub(in super::super) fn name(&self) -> String {
                "conn".to_owned()
            }
        }
    }
}

#[test]
fn enums_conditions_and_blocks_in_other_modules() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let conn: ConnRef = block_on(ctx.run((), |lock, ()| lock.own(Conn::Idle))).unwrap();
        for line in ["a", "b", "c"] {
            assert_eq!(block_on(conn.step(line.to_owned())).unwrap(), "");
        }
        assert_eq!(block_on(conn.step("d".to_owned())).unwrap(), "full after a b");
        #[allow(deprecated)]
        #[cfg(unix)]
        let name = block_on(conn.name()).unwrap();
        #[cfg(unix)]
        assert_eq!(name, "conn");
    });
}

#[test]
fn handles_of_many_contexts_are_used_by_many_threads() {
    on_both_homes(|world| {
        let isolate = world.isolate();
        let contexts: Vec<_> = (0..4).map(|_| context(&isolate)).collect();
        let stores: Arc<Mutex<Vec<KvHandle>>> = Arc::new(Mutex::new(contexts.iter().map(kv).collect()));
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let stores = stores.clone();
                thread::spawn(move || {
                    for n in 0..100 {
                        let kv = stores.lock().unwrap()[n % 4].clone();
                        block_on(kv.put("n".to_owned(), n as u64)).unwrap();
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        for kv in stores.lock().unwrap().iter() {
            assert_eq!(block_on(kv.hits()).unwrap(), 100);
        }
    });
}
