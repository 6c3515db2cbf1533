//! `#[thread_affine]` on generic types, enums and types of a thread, and on blocks of traits and in other modules.

use crate::support::*;
use isolock::{AtHome, prelude::*};
use isolock_tests::{block_on, context};
use std::{rc::Rc, thread};

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
