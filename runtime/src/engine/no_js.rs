//! Where no JavaScript can run, and so no buffer can be detached, resized or written by it.

use super::{callback, error::RunError, exception, js_error::JsError, lock::Lock, root::JsRoot};
use crate::v8;
use std::{
    error::Error,
    fmt,
    marker::PhantomData,
    ops::{Deref, DerefMut},
    pin::pin,
    ptr::NonNull,
};

/// Proof that no JavaScript runs: made by [`Lock::no_js`].
///
/// It dereferences to the v8 crate's `PinScope` as a [`Lock`] does, but V8 refuses to run JavaScript for as long as it
/// lives, also where that would happen by the way (getters, Proxy traps, `toString`). So the bytes of buffers can be
/// borrowed from it. (The idea is known from workerd, `src/workerd/jsg/wrappable.h`; there it ends the process.)
pub struct NoJs<'b> {
    scope: NonNull<v8::PinScope<'b, 'b>>,
    /// Neither `Send` nor `Sync`, and invariant in `'b`.
    marker: PhantomData<*mut &'b ()>,
}

impl<'s> Lock<'s> {
    /// Runs `f` where no JavaScript can run. The lock itself can't be used meanwhile: it is borrowed.
    ///
    /// ```no_run
    /// # use isolock::{prelude::*, v8};
    /// # fn checksum(lock: &mut Lock<'_>, body: v8::Local<'_, v8::Value>) -> Result<u64, RunError> {
    /// let sum = lock.no_js(|no_js| no_js.bytes(body).map(|bytes| bytes.iter().map(|byte| u64::from(*byte)).sum()))??;
    /// # Ok(sum)
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`RunError::Refused`] if V8 was asked to run JavaScript and refused; [`RunError::Threw`] if it threw for another reason
    /// (a symbol has no string). `f` has run to its end, with a `None` from the call that failed.
    pub fn no_js<R>(&mut self, f: impl for<'b> FnOnce(&mut NoJs<'b>) -> R) -> Result<R, RunError> {
        self.check()?;
        let (state, made) = (self.state_ptr(), self.entered());
        let context = NonNull::from(self.context_inner());
        // SAFETY: the state is on the stack of the turn that lent this lock out.
        let forbidden = unsafe { state.as_ref() }.forbid_js();
        let catch = pin!(v8::TryCatch::new(self.scope_mut()));
        let mut catch = catch.init();
        let result = {
            let scope = pin!(v8::HandleScope::new(&mut *catch));
            let mut scope = scope.init();
            let quiet = pin!(v8::DisallowJavascriptExecutionScope::new(&mut scope, v8::OnFailure::ThrowOnFailure));
            let mut quiet = quiet.init();
            let scope: &mut v8::PinScope<'_, '_> = &mut quiet;
            f(&mut NoJs { scope: NonNull::from(scope).cast(), marker: PhantomData })
        };
        drop(forbidden);
        if !catch.has_caught() {
            return Ok(result);
        }
        // SAFETY: whoever made the lock keeps the context for longer.
        let context = unsafe { context.as_ref() };
        let keep = |scope: &v8::PinScope<'s, '_>, value| JsRoot::in_scope(scope, context, value, made);
        Err(match exception::caught(&mut catch, keep) {
            RunError::Threw(thrown) if is_refusal(&thrown) => {
                RunError::Refused("JavaScript would have run in a `no_js` scope")
            }
            other => other,
        })
    }
}

/// Whether V8 threw, or a host function, because no JavaScript may run. V8 throws a string then, which no code of its own
/// does for anything else.
fn is_refusal(thrown: &JsError) -> bool {
    (&*thrown.class, &*thrown.message) == ("string", "illegal access") || thrown.message == callback::IN_NO_JS
}

impl<'b> NoJs<'b> {
    /// The bytes of an `ArrayBuffer`, or of the part that a view (`Uint8Array`, `DataView`, …) shows. Nothing is copied.
    ///
    /// Meanwhile the `NoJs` can't be used: through its scope V8 would write elements of a typed array without running any
    /// JavaScript.
    ///
    /// # Errors
    /// [`BytesError`].
    pub fn bytes<'n>(&'n mut self, value: v8::Local<'_, v8::Value>) -> Result<Bytes<'n>, BytesError> {
        self.region(value).map(|region| Bytes { region, lent: PhantomData })
    }

    /// The bytes of several values at once, to be read.
    ///
    /// # Errors
    /// The [`BytesError`] of the first that has one.
    pub fn bytes_of<'n, const N: usize>(
        &'n mut self,
        values: [v8::Local<'_, v8::Value>; N],
    ) -> Result<[Bytes<'n>; N], BytesError> {
        let mut regions = [const { None }; N];
        for (region, value) in regions.iter_mut().zip(values) {
            *region = Some(self.region(value)?);
        }
        Ok(regions.map(|region| Bytes { region: region.expect("filled above"), lent: PhantomData }))
    }

    /// The same, to be written. Only one buffer is open at a time: two views may show the same bytes.
    ///
    /// # Errors
    /// [`BytesError`].
    pub fn bytes_mut<'n>(&'n mut self, value: v8::Local<'_, v8::Value>) -> Result<BytesMut<'n>, BytesError> {
        self.region(value).map(|region| BytesMut { region, lent: PhantomData })
    }

    fn region(&self, value: v8::Local<'_, v8::Value>) -> Result<Region, BytesError> {
        let (buffer, offset, length) = if let Ok(view) = v8::Local::<v8::ArrayBufferView>::try_from(value) {
            // Also moves the bytes of a small array out of V8's heap, where they would move with it.
            let buffer = view.buffer(self).ok_or(BytesError::Detached)?;
            (buffer, view.byte_offset(), view.byte_length())
        } else if let Ok(buffer) = v8::Local::<v8::ArrayBuffer>::try_from(value) {
            (buffer, 0, buffer.byte_length())
        } else if value.is_shared_array_buffer() {
            return Err(BytesError::Shared);
        } else {
            return Err(BytesError::NotBytes);
        };
        let store = buffer.get_backing_store();
        if store.is_shared() {
            return Err(BytesError::Shared);
        }
        if buffer.was_detached() {
            return Err(BytesError::Detached);
        }
        let data = store.data().map_or(NonNull::dangling(), NonNull::cast::<u8>);
        if offset.checked_add(length).is_none_or(|end| end > store.byte_length()) {
            return Err(BytesError::Detached);
        }
        // SAFETY: the part lies inside of the store, or is empty at its beginning.
        Ok(Region { data: unsafe { data.add(offset) }, length, _store: store })
    }
}

impl<'b> Deref for NoJs<'b> {
    type Target = v8::PinScope<'b, 'b>;

    fn deref(&self) -> &Self::Target {
        // SAFETY: the scope is on the stack of `no_js`, which lends this out, and is used through it alone.
        unsafe { self.scope.as_ref() }
    }
}

impl fmt::Debug for NoJs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoJs").finish_non_exhaustive()
    }
}

/// Bytes of a buffer that is not shared with other isolates.
struct Region {
    data: NonNull<u8>,
    length: usize,
    /// Keeps the memory, even if the buffer is detached through the raw API.
    _store: v8::SharedRef<v8::BackingStore>,
}

/// Bytes that are borrowed from a [`NoJs`].
pub struct Bytes<'n> {
    region: Region,
    lent: PhantomData<&'n [u8]>,
}

/// Bytes that are borrowed from a [`NoJs`], to be written.
pub struct BytesMut<'n> {
    region: Region,
    lent: PhantomData<&'n mut [u8]>,
}

impl Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the store keeps the memory, and it was inside of it. Nobody writes: no JS runs while the `NoJs`
        // lives, nothing is done through its scope while it is borrowed (exclusively), the isolate is held, and shared
        // buffers are refused.
        unsafe { std::slice::from_raw_parts(self.region.data.as_ptr(), self.region.length) }
    }
}

impl Deref for BytesMut<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: as for `Bytes`; the `NoJs` is borrowed exclusively.
        unsafe { std::slice::from_raw_parts(self.region.data.as_ptr(), self.region.length) }
    }
}

impl DerefMut for BytesMut<'_> {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and `self` is borrowed exclusively, too.
        unsafe { std::slice::from_raw_parts_mut(self.region.data.as_ptr(), self.region.length) }
    }
}

impl fmt::Debug for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bytes").field("length", &self.region.length).finish_non_exhaustive()
    }
}

impl fmt::Debug for BytesMut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BytesMut").field("length", &self.region.length).finish_non_exhaustive()
    }
}

/// Why the bytes of a value can't be borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BytesError {
    /// It is neither an `ArrayBuffer` nor a view of one.
    NotBytes,
    /// Its buffer was detached (transferred elsewhere), or has become too small for it.
    Detached,
    /// Its buffer is a `SharedArrayBuffer`: other isolates may write to it at any time. Copy it (`Vec<u8>`).
    Shared,
}

impl fmt::Display for BytesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotBytes => "the value is neither an `ArrayBuffer` nor a view of one",
            Self::Detached => "the buffer was detached",
            Self::Shared => "the buffer is shared: other isolates may write to it at any time; copy it as `Vec<u8>`",
        })
    }
}

impl Error for BytesError {}

impl From<BytesError> for RunError {
    fn from(error: BytesError) -> Self {
        let found = match error {
            BytesError::NotBytes => "another value",
            BytesError::Detached => "a detached buffer",
            BytesError::Shared => "a shared buffer",
        };
        Self::Convert { expected: "an `ArrayBuffer` or a view of one".into(), found: found.into() }
    }
}
