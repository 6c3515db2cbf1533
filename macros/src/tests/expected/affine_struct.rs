/// A store.
pub struct Kv {
    own_conn: rusqlite::Connection,
    pub hits: u64,
    driver: Driver,
}
/// The handle of a `Kv`: names it from any thread, and doesn't keep it alive.
///
/// The value belongs to its context. The methods of the type that are marked `#[isolate_fn]` are methods of the
/// handle: each is a turn of the owner. Inside a turn, open it with the lock: `handle.with(lock, |value, lock| ..)`.
///
/// A store.
#[allow(
    dead_code,
    deprecated,
    private_bounds,
    private_interfaces,
    clippy::exhaustive_structs
)]
pub struct KvHandle(::isolock::WeakHomed<Kv>);
#[automatically_derived]
#[allow(dead_code, deprecated, private_bounds, private_interfaces)]
impl ::core::clone::Clone for KvHandle {
    fn clone(&self) -> Self {
        Self(::core::clone::Clone::clone(&self.0))
    }
}
#[automatically_derived]
#[allow(dead_code, deprecated, private_bounds, private_interfaces)]
impl ::core::fmt::Debug for KvHandle {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::core::fmt::Debug::fmt(&self.0, f)
    }
}
#[automatically_derived]
#[allow(dead_code, deprecated, private_bounds, private_interfaces)]
impl ::core::convert::From<::isolock::WeakHomed<Kv>> for KvHandle {
    fn from(weak: ::isolock::WeakHomed<Kv>) -> Self {
        Self(weak)
    }
}
#[automatically_derived]
#[allow(dead_code, deprecated, private_bounds, private_interfaces)]
impl ::core::ops::Deref for KvHandle {
    type Target = ::isolock::WeakHomed<Kv>;
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
#[automatically_derived]
#[allow(dead_code, deprecated, private_bounds, private_interfaces)]
impl ::isolock::Portable for KvHandle {}
#[automatically_derived]
#[allow(deprecated, private_interfaces)]
impl ::isolock::Affine for Kv {
    const OWNER: ::isolock::Owner = ::isolock::Owner::Context;
    const NAME: &'static str = "Kv";
    type Handle = KvHandle;
}
#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::OwnedInTurns for Kv
where
    for<'turn> Kv: ::core::marker::Send,
{}
#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::Portable for Kv
where
    for<'turn> Kv: ::core::marker::Send,
    for<'turn> &'turn Kv: ::isolock::__private::affine::UseTheHandle,
{}
#[allow(dead_code, deprecated)]
const _: fn() = || {
    ::isolock::__private::affine::assert_send_field::<rusqlite::Connection, _>();
    ::isolock::__private::affine::assert_portable_field::<u64, _>();
    ::isolock::__private::affine::assert_send_field::<Driver, _>();
};
