//! JS values on their way to another isolate: as a structured clone, never as handles (rule R6).

use super::{
    convert::{FromJs, IntoJs, Mismatch},
    error::RunError,
    lock::Lock,
};
use crate::v8::{self, ValueDeserializerHelper, ValueSerializerHelper};
use std::{borrow::Cow, cell::RefCell, fmt, rc::Rc};

/// A copy of a JS value outside of every isolate, made by [`Lock::serialize`] with the web's structured clone algorithm.
///
/// It is `Send` and portable: the way to give a value to a context of another isolate, or of another group. Objects, arrays,
/// maps, sets, dates, errors, regular expressions, bigints and buffers can be cloned, with shared and circular references;
/// functions, symbols, promises and modules can't.
///
/// - An `ArrayBuffer` is copied, unless it is transferred: then its memory goes along, and where it came from it is
///   detached. (Transferred memory counts against the buffer limit of the isolate that allocated it.)
/// - A `SharedArrayBuffer` stays shared: both isolates then see the same memory, at the same time.
///
/// As an argument or result of a host function it is a clone without transfers.
///
/// ```no_run
/// # use isolock::prelude::*;
/// # async fn example(parent: &IoContext, worker: &IoContext) -> Result<(), RunError> {
/// let message = parent.try_run((), |lock, ()| {
///     let job = lock.eval("({ id: 7, scores: new Map([['a', 1]]) })")?;
///     lock.serialize(job, &[])
/// }).await?;
/// worker.try_run((message,), |lock, (message,)| {
///     let job = lock.deserialize(message)?;
///     lock.set_global("job", job)
/// }).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "transferred buffers are lost with it"]
pub struct StructuredClone {
    bytes: Vec<u8>,
    transferred: Vec<v8::SharedRef<v8::BackingStore>>,
    shared: Vec<v8::SharedRef<v8::BackingStore>>,
}

impl StructuredClone {
    /// How many bytes it takes, without the buffers that are transferred or shared.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}

impl fmt::Debug for StructuredClone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StructuredClone")
            .field("size", &self.bytes.len())
            .field("transferred", &self.transferred.len())
            .field("shared", &self.shared.len())
            .finish()
    }
}

impl<'s> Lock<'s> {
    /// Clones a value out of the isolate. The buffers in `transfer` go along and are detached, if all goes well.
    ///
    /// Getters of the value run.
    ///
    /// # Errors
    /// [`RunError::Threw`] with an `Error` named `DataCloneError` if a part of the value can't be cloned, or a buffer not be transferred
    /// (it is listed twice, was detached before, or belongs to a WebAssembly memory); with what a getter threw.
    pub fn serialize(
        &mut self,
        value: v8::Local<'s, v8::Value>,
        transfer: &[v8::Local<'s, v8::ArrayBuffer>],
    ) -> Result<StructuredClone, RunError> {
        let shared = Rc::new(RefCell::new(Vec::new()));
        let bytes = self.try_catch(|lock| {
            for (index, buffer) in transfer.iter().enumerate() {
                let problem = if transfer[..index].contains(buffer) {
                    "is listed twice in the transfer list"
                } else if buffer.was_detached() {
                    "was detached before"
                } else if !buffer.is_detachable() {
                    "can't be detached"
                } else {
                    continue;
                };
                throw(lock, &format!("an ArrayBuffer {problem}"));
                return None;
            }
            let serializer = v8::ValueSerializer::new(lock, Box::new(Writer { shared: shared.clone() }));
            for (id, buffer) in (0..).zip(transfer) {
                serializer.transfer_array_buffer(id, *buffer);
            }
            serializer.write_header();
            serializer.write_value(lock.get_current_context(), value).filter(|written| *written)?;
            Some(serializer.release())
        })?;
        let transferred = transfer.iter().map(|buffer| buffer.get_backing_store()).collect();
        // A getter may have detached one meanwhile; the others stay where they are.
        let intact = transfer.iter().all(|buffer| !buffer.was_detached());
        if !intact || !transfer.iter().all(|buffer| buffer.detach(None) == Some(true)) {
            self.try_catch(|lock| {
                throw(lock, "an ArrayBuffer can't be transferred");
                None::<()>
            })?;
        }
        let shared = shared.take();
        Ok(StructuredClone { bytes, transferred, shared })
    }

    /// Makes a value of a clone, in this context.
    ///
    /// # Errors
    /// [`RunError::Threw`] if V8 can't read it, for example because memory is short.
    pub fn deserialize(&mut self, clone: StructuredClone) -> Result<v8::Local<'s, v8::Value>, RunError> {
        let StructuredClone { bytes, transferred, shared } = clone;
        self.try_catch(|lock| {
            let reader = v8::ValueDeserializer::new(lock, Box::new(Reader { shared }), &bytes);
            for (id, store) in (0..).zip(&transferred) {
                reader.transfer_array_buffer(id, v8::ArrayBuffer::with_backing_store(lock, store));
            }
            let context = lock.get_current_context();
            reader.read_header(context).filter(|read| *read)?;
            // `bytes` lives on until here: the reader points into it.
            read(&reader, context)
        })
    }
}

#[allow(clippy::disallowed_methods, reason = "the context's handle has the lifetime of the lock's scope")]
fn read<'s>(
    reader: &v8::ValueDeserializer<'_>,
    context: v8::Local<'s, v8::Context>,
) -> Option<v8::Local<'s, v8::Value>> {
    reader.read_value(context)
}

/// Throws a `DataCloneError`.
fn throw(scope: &v8::PinScope<'_, '_>, message: &str) {
    let Some(text) = v8::String::new(scope, message) else { return };
    let error = v8::Exception::error(scope, text);
    let (key, name) = (v8::String::new(scope, "name"), v8::String::new(scope, "DataCloneError"));
    if let (Ok(object), Some(key), Some(name)) = (v8::Local::<v8::Object>::try_from(error), key, name) {
        object.define_own_property(scope, key.into(), name.into(), v8::PropertyAttribute::DONT_ENUM);
    }
    scope.throw_exception(error);
}

/// What V8 asks while it writes.
struct Writer {
    shared: Rc<RefCell<Vec<v8::SharedRef<v8::BackingStore>>>>,
}

impl v8::ValueSerializerImpl for Writer {
    fn throw_data_clone_error<'s>(&self, scope: &mut v8::PinScope<'s, '_>, message: v8::Local<'s, v8::String>) {
        let message = message.to_rust_string_lossy(scope);
        throw(scope, &message);
    }

    fn write_host_object<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        _object: v8::Local<'s, v8::Object>,
        _serializer: &dyn ValueSerializerHelper,
    ) -> Option<bool> {
        throw(scope, "a host object can't be cloned");
        None
    }

    fn get_shared_array_buffer_id<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        buffer: v8::Local<'s, v8::SharedArrayBuffer>,
    ) -> Option<u32> {
        let mut shared = self.shared.borrow_mut();
        let Ok(id) = u32::try_from(shared.len()) else {
            throw(scope, "there are too many shared buffers");
            return None;
        };
        shared.push(buffer.get_backing_store());
        Some(id)
    }

    fn get_wasm_module_transfer_id(
        &self,
        scope: &mut v8::PinScope<'_, '_>,
        _module: v8::Local<'_, v8::WasmModuleObject>,
    ) -> Option<u32> {
        throw(scope, "a WebAssembly module can't be cloned");
        None
    }
}

/// What V8 asks while it reads.
struct Reader {
    shared: Vec<v8::SharedRef<v8::BackingStore>>,
}

impl v8::ValueDeserializerImpl for Reader {
    fn get_shared_array_buffer_from_id<'s>(
        &self,
        scope: &mut v8::PinScope<'s, '_>,
        id: u32,
    ) -> Option<v8::Local<'s, v8::SharedArrayBuffer>> {
        match self.shared.get(id as usize) {
            Some(store) => Some(v8::SharedArrayBuffer::with_backing_store(scope, store)),
            None => {
                throw(scope, "the clone has no such shared buffer");
                None
            }
        }
    }
}

impl<'s> FromJs<'s> for StructuredClone {
    fn expected() -> Cow<'static, str> {
        "a value that can be cloned".into()
    }

    fn from_js(value: v8::Local<'s, v8::Value>, lock: &mut Lock<'s>) -> Result<Self, Mismatch> {
        lock.serialize(value, &[]).map_err(|error| Mismatch {
            expected: <Self as FromJs<'s>>::expected(),
            found: match error {
                RunError::Threw(error) => error.message.clone().into(),
                error => error.to_string().into(),
            },
            out_of_range: false,
        })
    }
}

impl<'s> IntoJs<'s> for StructuredClone {
    fn into_js(self, lock: &mut Lock<'s>) -> Result<v8::Local<'s, v8::Value>, RunError> {
        lock.deserialize(self)
    }
}
