#[cfg(unix)]
#[derive(Debug)]
pub(crate) enum Watcher<T: Clone = u8, const N: usize = 4>
where
    T: Default,
{
    Idle,
    #[cfg(feature = "inotify")]
    Watching { own_fd: Rc<Fd>, paths: [T; N] },
    Failed(String, Rc<Error>),
}
/// The handle of a `Watcher`: names it from any thread, and doesn't keep it alive.
///
/// The value belongs to the thread that it was made on. The methods of the type that are marked `#[isolate_fn]` are methods of the
/// handle: each is a turn of the owner. Inside a turn, open it with the lock: `handle.with(lock, |value, lock| ..)`.
#[cfg(unix)]
#[allow(
    dead_code,
    deprecated,
    private_bounds,
    private_interfaces,
    clippy::exhaustive_structs
)]
pub(crate) struct WatcherRef<T: Clone = u8, const N: usize = 4>(
    a::isolock::WeakHomed<Watcher<T, N>>,
)
where
    T: Default + 'static;
#[cfg(unix)]
#[automatically_derived]
#[allow(dead_code, deprecated, private_bounds, private_interfaces)]
impl<T: Clone, const N: usize> ::core::clone::Clone for WatcherRef<T, N>
where
    T: Default + 'static,
{
    fn clone(&self) -> Self {
        Self(::core::clone::Clone::clone(&self.0))
    }
}
#[cfg(unix)]
#[automatically_derived]
#[allow(dead_code, deprecated, private_bounds, private_interfaces)]
impl<T: Clone, const N: usize> ::core::fmt::Debug for WatcherRef<T, N>
where
    T: Default + 'static,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.0, f)
    }
}
#[cfg(unix)]
#[automatically_derived]
#[allow(dead_code, deprecated, private_bounds, private_interfaces)]
impl<
    T: Clone,
    const N: usize,
> ::core::convert::From<a::isolock::WeakHomed<Watcher<T, N>>> for WatcherRef<T, N>
where
    T: Default + 'static,
{
    fn from(weak: a::isolock::WeakHomed<Watcher<T, N>>) -> Self {
        Self(weak)
    }
}
#[cfg(unix)]
#[automatically_derived]
#[allow(dead_code, deprecated, private_bounds, private_interfaces)]
impl<T: Clone, const N: usize> ::core::ops::Deref for WatcherRef<T, N>
where
    T: Default + 'static,
{
    type Target = a::isolock::WeakHomed<Watcher<T, N>>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
#[cfg(unix)]
#[automatically_derived]
#[allow(dead_code, deprecated, private_bounds, private_interfaces)]
impl<T: Clone, const N: usize> a::isolock::Portable for WatcherRef<T, N>
where
    T: Default + 'static,
{}
#[cfg(unix)]
#[automatically_derived]
#[allow(deprecated, private_interfaces)]
impl<T: Clone, const N: usize> a::isolock::Affine for Watcher<T, N>
where
    T: Default + 'static,
{
    const OWNER: a::isolock::Owner = a::isolock::Owner::Thread;
    const NAME: &'static str = "Watcher";
    type Handle = WatcherRef<T, N>;
}
#[cfg(unix)]
#[automatically_derived]
#[allow(deprecated)]
impl<T: Clone, const N: usize> a::isolock::OwnedHere for Watcher<T, N>
where
    T: Default + 'static,
{}
#[cfg(unix)]
#[automatically_derived]
#[allow(deprecated)]
impl<T: Clone, const N: usize> a::isolock::Portable for Watcher<T, N>
where
    T: Default + 'static,
    for<'turn> Watcher<T, N>: ::core::marker::Send,
    for<'turn> &'turn Watcher<T, N>: a::isolock::__private::affine::UseTheHandle,
{}
#[cfg(unix)]
#[allow(dead_code, deprecated)]
const _: () = {
    fn fields<T: Clone, const N: usize>()
    where
        T: Default + 'static,
    {
        #[cfg(feature = "inotify")]
        a::isolock::__private::affine::assert_portable_field::<[T; N], _>();
        a::isolock::__private::affine::assert_portable_field::<String, _>();
    }
};
