//! What `#[thread_affine]` makes of types and `impl` blocks, compared with files (see `expansions`).

use expect_test::expect_file;

use super::{expand_affine, thread_affine, tokens};

#[test]
fn a_struct_of_a_context() {
    let item = r#"
        /// A store.
        pub struct Kv {
            own_conn: rusqlite::Connection,
            pub hits: u64,
            #[affine(reason = "looked at by nobody but the driver")]
            driver: Driver,
        }
    "#;
    expect_file!["expected/affine_struct.rs"].assert_eq(&expand_affine("owner = context", item));
}

#[test]
fn a_generic_enum_of_a_thread() {
    let item = r#"
        #[cfg(unix)]
        #[derive(Debug)]
        pub(crate) enum Watcher<T: Clone = u8, const N: usize = 4> where T: Default {
            Idle,
            #[cfg(feature = "inotify")]
            Watching { own_fd: Rc<Fd>, paths: [T; N] },
            Failed(String, #[affine(reason = "is dropped with the thread")] Rc<Error>),
        }
    "#;
    expect_file!["expected/affine_enum.rs"]
        .assert_eq(&expand_affine("owner = thread, handle = WatcherRef, crate = a::isolock", item));
}

#[test]
fn methods_of_every_kind() {
    let item = r#"
        impl Kv {
            /// How many bytes a key has.
            const MAX: usize = 8;

            /// How often it was asked.
            #[isolate_fn]
            #[must_use]
            pub fn hits(&self) -> u64 { self.hits }

            #[isolate_fn]
            pub(crate) fn put(&mut self, lock: &mut Lock<'_>, key: &str, mut value: Vec<u8>) -> Result<(), KvError> {
                self.own_conn.put(lock, key, value)
            }

            #[isolate_fn(nested)]
            fn close(self) -> Result<u64, io::Error> { Ok(self.hits) }

            fn inherent_only(&mut self) -> &mut Connection { &mut self.own_conn }

            #[isolate_fn]
            pub fn open(lock: &mut Lock<'_>, path: String) -> Result<Self, KvError> { Kv::new(path) }

            #[isolate_fn]
            fn fork(&self) -> Option<Self> { None }

            #[isolate_fn]
            pub async fn refresh(this: KvHandle, ev: Event, url: String) -> Result<u64, KvError> { todo() }

            #[isolate_fn]
            async fn version() -> u64 { 1 }
        }
    "#;
    expect_file!["expected/affine_methods.rs"].assert_eq(&expand_affine("", item));
}

#[test]
fn generic_methods_of_a_generic_trait_impl() {
    let item = r#"
        #[cfg(unix)]
        impl<T: Row, const N: usize> Store<T> for db::Pool<T, N> where T: From<Self::Key> {
            type Key = u8;

            #[isolate_fn]
            #[deprecated]
            fn get<K, const M: usize>(&self, key: Self::Key, more: &[K; M], f: impl Fn(T) + Portable) -> Option<T>
            where
                K: Into<Self::Key> + Portable,
            {
                None
            }
        }
    "#;
    expect_file!["expected/affine_trait.rs"]
        .assert_eq(&expand_affine("handle = db::handles::PoolRef, crate = ::renamed", item));
}

#[test]
fn locals_of_generated_methods_avoid_arguments() {
    let item = "impl Kv { #[isolate_fn] fn f(&mut self, this: u8, lock: u8, value: u8, _lock: u8) {} }";
    let code = dense(&expand_affine("", item));
    assert!(code.contains("(this,lock,value,_lock)") || code.contains(",this,lock,value,_lock)"), "{code}");
    assert!(code.contains("|lock_,(this_,this,lock,value,_lock)|"), "{code}");
    assert!(code.contains("|value_,_lock_|<Kv>::f(value_,this,lock,value,_lock)"), "{code}");
}

#[test]
fn many_arguments_are_a_tuple_of_their_own() {
    let args: String = (0..12).map(|n| format!("a{n}: u8, ")).collect();
    let code = dense(&expand_affine("", &format!("impl Kv {{ #[isolate_fn] fn f(&self, {args}) {{}} }}")));
    assert!(code.contains("(this,(a0,a1,a2,a3,a4,a5,a6,a7,a8,a9,a10,a11))"), "{code}");
}

/// Without spaces and trailing commas, so that it doesn't matter where lines end.
fn dense(code: &str) -> String {
    code.split_whitespace().collect::<String>().replace(",)", ")").replace(",}", "}")
}

#[test]
fn a_half_typed_method_expands_all_the_same() {
    let source = "impl Kv { #[isolate_fn] fn a(&self) -> u64 { self. ; if x } fn b -> ; #[isolate_fn] fn c(&self) {} }";
    let (expansion, errors) = thread_affine::analyse(tokens(""), tokens(source));
    assert!(errors.is_empty());
    let text = expansion.to_string();
    assert!(text.starts_with("impl Kv { fn a (& self) -> u64 { self . ; if x } fn b -> ;"), "{text}");
    assert!(text.contains("impl KvHandle"), "{text}");
}

#[test]
fn what_has_no_errors_is_expanded_beside_what_has() {
    let source = "impl Kv { #[isolate_fn] fn good(&self) {} #[isolate_fn] fn bad(self: Box<Self>) {} }";
    let (expansion, errors) = thread_affine::analyse(tokens(""), tokens(source));
    assert_eq!(errors.iter().count(), 1);
    let text = expansion.to_string();
    assert!(text.contains("impl KvHandle") && text.matches("fn good").count() == 2, "{text}");
    assert_eq!(text.matches("fn bad").count(), 1, "{text}");
    let source = "struct Kv { own_a: A, ctx: IoContext, b: B }";
    let (expansion, errors) = thread_affine::analyse(tokens("owner = context"), tokens(source));
    assert_eq!(errors.iter().count(), 1);
    let text = expansion.to_string();
    assert!(text.contains("struct KvHandle") && text.contains("assert_portable_field :: < B , _ >"), "{text}");
}

#[test]
fn conditional_arguments_are_methods_of_their_own() {
    let code =
        dense(&expand_affine("", "impl Kv { #[isolate_fn] fn f(&self, #[cfg(unix)] mode: u32, path: String) {} }"));
    assert!(code.contains("#[cfg(all(unix))]#[track_caller]fnf(&self,mode:u32,path"), "{code}");
    assert!(code.contains("#[cfg(all(not(unix)))]#[track_caller]fnf(&self,path"), "{code}");
}
