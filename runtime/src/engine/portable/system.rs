//! What belongs to the operating system, and the atomics.

use super::portable;
use std::{fs, io, net, process, sync, sync::atomic, task, thread};

// Blocking handles are plain owned resources. R4 is about the calls that block, wherever they stand, and not about
// carrying what they are made on: a turn may well hand a file over.
portable!(fs::File, fs::Metadata, fs::FileType, fs::Permissions, fs::FileTimes, fs::OpenOptions, fs::DirEntry);
portable!(io::Empty, io::Sink, io::Stdin, io::Stdout, io::Stderr, io::SeekFrom, io::ErrorKind);
portable!(
    net::IpAddr,
    net::Ipv4Addr,
    net::Ipv6Addr,
    net::SocketAddr,
    net::SocketAddrV4,
    net::SocketAddrV6,
    net::TcpStream,
    net::TcpListener,
    net::UdpSocket,
    net::Shutdown,
);
#[cfg(unix)]
portable!(
    std::os::fd::OwnedFd,
    std::os::unix::net::UnixStream,
    std::os::unix::net::UnixListener,
    std::os::unix::net::UnixDatagram,
);
// A `Command` may hold closures (`pre_exec`) and is not on the list.
portable!(
    process::Child,
    process::ChildStdin,
    process::ChildStdout,
    process::ChildStderr,
    process::Stdio,
    process::ExitStatus,
    process::ExitCode,
    process::Output,
);

// A waker is opaque, but made to be called from any thread: it is how a turn wakes a task.
portable!(task::Waker, thread::Thread, thread::ThreadId);
portable!(sync::Barrier, sync::BarrierWaitResult, sync::Condvar, sync::WaitTimeoutResult, sync::Once);
portable!(
    atomic::AtomicBool,
    atomic::AtomicI8,
    atomic::AtomicI16,
    atomic::AtomicI32,
    atomic::AtomicI64,
    atomic::AtomicIsize,
    atomic::AtomicU8,
    atomic::AtomicU16,
    atomic::AtomicU32,
    atomic::AtomicU64,
    atomic::AtomicUsize,
    atomic::Ordering,
);
