//! The list of what may cross the boundary of a turn, type by type, against the table in the documentation.

use isolock::{prelude::*, v8};
use std::{
    alloc, any, array, backtrace, borrow, cell, cmp, collections, convert, env, ffi, fmt, fs, future, hash, io, iter,
    marker::PhantomData, mem, net, num, ops, option, panic, path, pin, process, ptr, rc, result, str, string, sync,
    sync::atomic, task, thread, time, vec,
};

/// Whether a type is portable, found out by which of two constants the compiler takes.
pub(crate) struct Probe<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized + Portable> Probe<T> {
    pub(crate) const PORTABLE: bool = true;
}

pub(crate) trait Otherwise {
    const PORTABLE: bool = false;
}

impl<T: ?Sized> Otherwise for Probe<T> {}

/// Types and whether they are portable.
macro_rules! types {
    ($answer:literal: $($type:ty),* $(,)?) => {
        vec![$((any::type_name::<$type>(), Probe::<$type>::PORTABLE, $answer)),*]
    };
}

type Answers = Vec<(&'static str, bool, bool)>;

trait Job: Portable {}

trait Other: Send {}

/// What wrappers of other crates do: it claims to be `Send`.
struct Claims<T>(T);
// SAFETY: none of these is ever made; the types are only looked at.
unsafe impl<T> Send for Claims<T> {}

#[test]
fn r2_the_list_of_portable_types_is_the_documented_one() {
    let table = include_str!("../../runtime/src/engine/portable/table.md");
    let documented: Vec<_> = table.lines().skip(2).map(|row| row.split('|').nth(1).unwrap().trim()).collect();
    let mut families = values();
    families.extend(holders());
    families.extend(system());
    families.extend(never());
    let tested: Vec<_> = families.iter().map(|(family, _)| *family).chain([CRATES]).collect();
    assert_eq!(tested, documented, "each row of the table has its types here, in the same order");
    for (family, answers) in families {
        assert!(!answers.is_empty(), "{family}: no types");
        for (name, portable, expected) in answers {
            assert_eq!(portable, expected, "{family}: `{name}`");
        }
    }
}

/// Tested in `portable_crates.rs`.
const CRATES: &str = "`bytes`, `http`, `url`, `uuid`, `reqwest`, `serde_json`, `anyhow`";

fn values() -> Vec<(&'static str, Answers)> {
    let numbers = types!(true: (), bool, char, f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize,
        num::NonZeroI8, num::NonZeroI16, num::NonZeroI32, num::NonZeroI64, num::NonZeroI128, num::NonZeroIsize,
        num::NonZeroU8, num::NonZeroU16, num::NonZeroU32, num::NonZeroU64, num::NonZeroU128, num::NonZeroUsize,
        num::Wrapping<u8>, num::Saturating<i32>, num::FpCategory, num::IntErrorKind,
        ops::Range<u8>, ops::RangeInclusive<u8>, ops::RangeFrom<u8>, ops::RangeTo<u8>, ops::RangeToInclusive<u8>,
        ops::RangeFull, ops::Bound<String>, ops::ControlFlow<String, u8>, cmp::Ordering, cmp::Reverse<String>);
    let text = types!(true: String, str, Box<str>, sync::Arc<str>, &'static str, path::PathBuf, path::Path, Box<path::Path>,
        ffi::OsString, ffi::OsStr, ffi::CString, ffi::CStr, time::Duration, time::Instant, time::SystemTime);
    let mut parts = types!(true: (u8,), (u8, u8), (u8, String, Vec<u8>), (u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8),
        [u8; 32], [u8], [[String; 2]; 2], Option<String>, Result<String, RunError>, task::Poll<u8>);
    parts.extend(
        types!(false: (u8, rc::Rc<u8>), [rc::Rc<u8>; 2], Option<rc::Rc<u8>>, Result<u8, v8::Global<v8::Value>>),
    );
    vec![
        ("numbers, `bool`, `char`, `()`", numbers),
        ("text, paths, times", text),
        ("tuples to 12, arrays, slices, `Option`, `Result`, `Poll`", parts),
    ]
}

fn holders() -> Vec<(&'static str, Answers)> {
    let mut collections = types!(true: Vec<u8>, collections::VecDeque<u8>, collections::LinkedList<u8>,
        collections::BinaryHeap<u8>, collections::BTreeSet<u8>, collections::BTreeMap<u8, String>,
        collections::HashSet<u8>, collections::HashMap<String, u8>, vec::IntoIter<u8>, array::IntoIter<u8, 2>,
        collections::vec_deque::IntoIter<u8>, collections::linked_list::IntoIter<u8>,
        collections::binary_heap::IntoIter<u8>, collections::btree_set::IntoIter<u8>,
        collections::btree_map::IntoIter<u8, u8>, collections::hash_set::IntoIter<u8>,
        collections::hash_map::IntoIter<u8, u8>, option::IntoIter<u8>, result::IntoIter<u8>, iter::Once<u8>,
        iter::Empty<u8>, iter::Repeat<u8>, iter::Rev<vec::IntoIter<u8>>,
        io::Cursor<Vec<u8>>, io::BufReader<fs::File>, io::BufWriter<fs::File>, io::LineWriter<fs::File>,
        io::Take<fs::File>, io::Chain<fs::File, fs::File>);
    collections.extend(types!(false: Vec<rc::Rc<u8>>, collections::HashMap<u8, IoContext>,
        iter::Map<vec::IntoIter<u8>, Box<dyn Fn(u8) -> u8 + Send>>));
    let mut boxes =
        types!(true: Box<u8>, Box<[u8]>, pin::Pin<Box<u8>>, borrow::Cow<'static, str>, borrow::Cow<'static, [u8]>);
    boxes.extend(types!(false: Box<rc::Rc<u8>>, pin::Pin<Box<dyn Other>>));
    let mut shared = types!(true: sync::Arc<String>, sync::Arc<[u8]>, sync::Weak<u8>, sync::Arc<sync::Mutex<Vec<u8>>>);
    shared.extend(types!(false: sync::Arc<cell::Cell<u8>>, sync::Arc<IoContext>, sync::Weak<rc::Rc<u8>>));
    let mut cells = types!(true: cell::Cell<u8>, cell::RefCell<Vec<u8>>, cell::OnceCell<u8>, cell::UnsafeCell<u8>,
        cell::LazyCell<u8>);
    cells.extend(types!(false: cell::RefCell<rc::Rc<u8>>));
    let mut locks = types!(true: sync::Mutex<u8>, sync::RwLock<u8>, sync::OnceLock<u8>, sync::LazyLock<u8>);
    locks.extend(types!(false: sync::Mutex<rc::Rc<u8>>, sync::OnceLock<Isolate>));
    let atomics = types!(true: atomic::AtomicBool, atomic::AtomicI8, atomic::AtomicI16, atomic::AtomicI32,
        atomic::AtomicI64, atomic::AtomicIsize, atomic::AtomicU8, atomic::AtomicU16, atomic::AtomicU32,
        atomic::AtomicU64, atomic::AtomicUsize, atomic::Ordering, sync::Condvar, sync::Barrier,
        sync::BarrierWaitResult, sync::WaitTimeoutResult, sync::Once);
    let markers = types!(true: PhantomData<u8>, PhantomData<fn() -> rc::Rc<u8>>, any::TypeId, alloc::Layout,
        mem::Discriminant<Option<rc::Rc<u8>>>, hash::RandomState, hash::DefaultHasher,
        hash::BuildHasherDefault<hash::DefaultHasher>, panic::Location<'static>, &'static panic::Location<'static>);
    vec![
        ("collections and their `into_iter()`", collections),
        ("`Box`, `Pin`, `Cow<'static, _>`", boxes),
        ("`Arc`, `sync::Weak`", shared),
        ("`Cell`, `RefCell`, `OnceCell`, `UnsafeCell`", cells),
        ("`Mutex`, `RwLock`, `OnceLock`, `LazyLock`", locks),
        ("atomics, `Condvar`, `Barrier`, `Once`", atomics),
        ("`PhantomData`, `TypeId`, `Layout`, `Discriminant`, hashers", markers),
    ]
}

fn system() -> Vec<(&'static str, Answers)> {
    use futures::channel::{mpsc as stream, oneshot};
    use std::sync::mpsc;
    let mut functions = types!(true: fn(), fn() -> rc::Rc<u8>, fn(u8) -> u8, fn(u8, u8, u8, u8, u8, u8));
    functions.extend(types!(false: fn(&str) -> usize, for<'a, 's> fn(&'a mut Lock<'s>)));
    let mut files = types!(true: fs::File, fs::Metadata, fs::FileType, fs::Permissions, fs::FileTimes, fs::OpenOptions,
        fs::DirEntry, io::Empty, io::Sink, io::Stdin, io::Stdout, io::Stderr, io::SeekFrom, io::ErrorKind,
        net::IpAddr, net::Ipv4Addr, net::Ipv6Addr, net::SocketAddr, net::SocketAddrV4, net::SocketAddrV6,
        net::TcpStream, net::TcpListener, net::UdpSocket, net::Shutdown, process::Child, process::ChildStdin,
        process::ChildStdout, process::ChildStderr, process::Stdio, process::ExitStatus, process::ExitCode,
        process::Output);
    files.extend(types!(false: process::Command));
    let wakers = types!(true: task::Waker, thread::Thread, thread::ThreadId);
    let senders = types!(true: mpsc::Sender<u8>, mpsc::SyncSender<u8>, oneshot::Sender<u8>, stream::Sender<u8>,
        stream::UnboundedSender<u8>);
    let mut receivers = types!(true: oneshot::Receiver<u8>, stream::Receiver<u8>, stream::UnboundedReceiver<u8>);
    receivers.extend(types!(false: stream::Receiver<IoContext>));
    let mut errors = types!(true: convert::Infallible, alloc::LayoutError, array::TryFromSliceError, backtrace::Backtrace,
        cell::BorrowError, cell::BorrowMutError, std::char::CharTryFromError, std::char::DecodeUtf16Error, std::char::ParseCharError,
        std::char::TryFromCharError, collections::TryReserveError, env::VarError, env::JoinPathsError,
        ffi::FromBytesUntilNulError, ffi::FromBytesWithNulError, ffi::FromVecWithNulError, ffi::IntoStringError,
        ffi::NulError, fmt::Error, net::AddrParseError, num::ParseFloatError, num::ParseIntError, num::TryFromIntError,
        path::StripPrefixError, str::ParseBoolError, str::Utf8Error, string::FromUtf8Error, string::FromUtf16Error,
        thread::AccessError, time::SystemTimeError, time::TryFromFloatSecsError, sync::PoisonError<u8>,
        sync::TryLockError<u8>, io::IntoInnerError<io::BufWriter<Vec<u8>>>, mpsc::RecvError, mpsc::TryRecvError,
        mpsc::RecvTimeoutError, mpsc::SendError<u8>, mpsc::TrySendError<u8>, oneshot::Canceled, stream::SendError,
        stream::TrySendError<u8>, stream::TryRecvError, stream::RecvError);
    errors.extend(types!(false: sync::PoisonError<sync::MutexGuard<'static, u8>>, mpsc::SendError<IoContext>));
    let boxed = types!(true: Box<dyn std::error::Error + Send + Sync>, Box<dyn std::error::Error + Send>, io::Error);
    let own = types!(true: WeakIoContext, Event, JsRoot<v8::Value>, JsRoot<v8::Function>, isolock::WeakJsRoot<v8::Value>,
        Homed<std::rc::Rc<()>>, WeakHomed<std::rc::Rc<()>>, isolock::Follow<f64>, RunError,
        isolock::RuntimeError, JsError, isolock::Position, isolock::Gone, isolock::Part, isolock::Why,
        isolock::Obituary, isolock::Request, isolock::Mismatch, isolock::Report, isolock::Cycle, isolock::Wait,
        isolock::Holding, isolock::Stats, Home, IsolateOptions, isolock::Turns,
        isolock::StructuredClone);
    let trusted = types!(true: Trusted<Box<dyn Other>>, Trusted<process::Command>);
    let mut traits = types!(true: Box<dyn Job>, Option<Box<dyn Job>>, Box<dyn Portable>);
    traits.extend(types!(false: Box<dyn Other>, sync::Arc<dyn Job>));
    vec![
        ("function pointers to 6 arguments", functions),
        ("files, sockets, pipes, child processes", files),
        ("`Waker`, `Thread`, `ThreadId`", wakers),
        ("sending ends of channels", senders),
        ("receiving ends that are awaited", receivers),
        ("errors of the standard library and of channels", errors),
        ("`Box<dyn Error + Send + Sync>`, `io::Error`, `anyhow::Error`", boxed),
        (
            "`WeakIoContext`, `Event`, `JsRoot`, `WeakJsRoot`, `Homed`, `WeakHomed`, `Follow`, `StructuredClone`, errors and reports of isolock",
            own,
        ),
        ("`Trusted`", trusted),
        ("`dyn Trait` with `trait Trait: Portable`", traits),
    ]
}

#[expect(clippy::disallowed_types, reason = "`v8::Weak` is only looked at")]
fn never() -> Vec<(&'static str, Answers)> {
    type Closure = Box<dyn FnOnce() + Send>;
    type Task = pin::Pin<Box<dyn Future<Output = u8> + Send>>;
    vec![
        ("`Rc`, `rc::Weak`", types!(false: rc::Rc<u8>, rc::Rc<str>, rc::Weak<u8>)),
        ("references other than `&'static str`", types!(false: &'static String, &'static mut u8, &'static [u8])),
        (
            "raw pointers, `NonNull`, `AtomicPtr`",
            types!(false: *const u8, *mut str, ptr::NonNull<u8>, atomic::AtomicPtr<u8>),
        ),
        (
            "guards of locks, borrows of cells",
            types!(false: sync::MutexGuard<'static, u8>, sync::RwLockReadGuard<'static, u8>,
                sync::RwLockWriteGuard<'static, u8>, cell::Ref<'static, u8>, cell::RefMut<'static, u8>,
                futures::lock::MutexGuard<'static, u8>, futures::lock::OwnedMutexGuard<u8>),
        ),
        ("closures, `Box<dyn FnOnce()>`", types!(false: Closure, Box<dyn Fn(u8) -> u8 + Send + Sync>)),
        ("futures, boxed or not", types!(false: Task, future::Ready<u8>, futures::future::BoxFuture<'static, u8>)),
        (
            "`dyn Any`",
            types!(false: Box<dyn any::Any>, Box<dyn any::Any + Send>, sync::Arc<dyn any::Any + Send + Sync>),
        ),
        ("`mpsc::Receiver` and `JoinHandle` of `std`", types!(false: sync::mpsc::Receiver<u8>, thread::JoinHandle<u8>)),
        (
            "`v8::Local`, `v8::Global`, `v8::Weak`",
            types!(false: v8::Local<'static, v8::Value>, v8::Global<v8::Value>, v8::Weak<v8::Value>),
        ),
        ("`Lock`", types!(false: Lock<'static>, &'static Lock<'static>, &'static mut Lock<'static>)),
        ("`IoContext`, `Isolate`, `Runtime`", types!(false: IoContext, Isolate, Runtime)),
        (
            "wrappers that claim `Send` (`SendWrapper`, `Fragile`)",
            types!(false: Claims<rc::Rc<u8>>, Claims<u8>, panic::AssertUnwindSafe<u8>),
        ),
    ]
}
