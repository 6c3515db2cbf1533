//! Host functions: what macros and closures become, and how their results reach JS.

use super::{
    callback::{self, ErasedFn},
    context::ContextInner,
    convert::{FromJs, IntoJs, Mismatch},
    error::RunError,
    lock::Lock,
    portable::Portable,
};
use crate::{rules, v8};
use std::{error::Error, sync::Arc};

/// What an annotated function's binding implements. Written by `#[isolate_fn]`.
#[diagnostic::on_unimplemented(
    message = "R2 explicit-captures: `{Self}` is no binding of an annotated function",
    label = "not a binding",
    note = "the binding is the struct beside the function, its captures in braces: `add {{}}`, `greet {{ greeting }}`",
    note = "`#[isolate_fn]` on the function makes it"
)]
pub trait HostFunction {
    /// Its name in JS.
    const NAME: &'static str;
    /// Its `length` in JS.
    const LENGTH: i32;
    /// Puts what it captures on trust on the list of [`trusted`](super::trusted()). Called wherever a binding becomes a
    /// function.
    fn register() {}
    /// Converts arguments, calls the function, converts its result.
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s>;
}

/// What a host function gives to JS.
pub type Outcome<'s> = Result<v8::Local<'s, v8::Value>, Thrown<'s>>;

/// What a host function throws. Boxed, so that the results of the many calls that don't throw are small.
pub struct Thrown<'s>(Box<What<'s>>);

enum What<'s> {
    Error { class: Class, message: String, causes: Vec<String> },
    Value(v8::Local<'s, v8::Value>),
}

#[derive(Clone, Copy)]
enum Class {
    Error,
    Type,
    Range,
}

impl<'s> Thrown<'s> {
    fn new(class: Class, message: String, causes: Vec<String>) -> Self {
        Self(Box::new(What::Error { class, message, causes }))
    }

    pub(crate) fn error(error: &dyn Error) -> Self {
        let mut causes = Vec::new();
        let mut source = error.source();
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        Self::new(Class::Error, error.to_string(), causes)
    }

    pub(crate) fn type_error(message: String) -> Self {
        Self::new(Class::Type, message, Vec::new())
    }

    pub(crate) fn panicked(function: &str, message: &str) -> Self {
        let message = format!("{}: host function `{function}` panicked: {message}", rules::R10);
        Self::new(Class::Error, message, Vec::new())
    }

    /// The value to throw.
    pub(crate) fn into_value(self, lock: &mut Lock<'s>) -> v8::Local<'s, v8::Value> {
        let (class, message, causes) = match *self.0 {
            What::Value(value) => return value,
            What::Error { class, message, causes } => (class, message, causes),
        };
        let mut cause = None;
        for text in causes.iter().rev() {
            cause = Some(build(lock, Class::Error, text, cause));
        }
        build(lock, class, &message, cause)
    }
}

fn build<'s>(
    lock: &mut Lock<'s>,
    class: Class,
    message: &str,
    cause: Option<v8::Local<'s, v8::Value>>,
) -> v8::Local<'s, v8::Value> {
    let Ok(text) = lock.string(message) else { return lock.undefined() };
    let error = match class {
        Class::Error => v8::Exception::error(lock, text),
        Class::Type => v8::Exception::type_error(lock, text),
        Class::Range => v8::Exception::range_error(lock, text),
    };
    if let (Some(cause), Ok(object), Ok(key)) = (cause, v8::Local::<v8::Object>::try_from(error), lock.string("cause"))
    {
        object.define_own_property(lock, key.into(), cause, v8::PropertyAttribute::DONT_ENUM);
    }
    error
}

/// The arguments of one call.
pub struct Arguments<'s> {
    pub(crate) function: &'static str,
    pub(crate) raw: v8::FunctionCallbackArguments<'s>,
}

impl<'s> Arguments<'s> {
    /// Converts the argument at `index` (from 0), which the function calls `name`.
    ///
    /// # Errors
    /// A `TypeError` (or `RangeError`) that names function, argument and expected type.
    #[inline]
    pub fn get<T: FromJs<'s>>(&self, lock: &mut Lock<'s>, index: i32, name: &str) -> Result<T, Thrown<'s>> {
        if index >= self.raw.length()
            && let Some(value) = T::missing()
        {
            return Ok(value);
        }
        let value = self.raw.get(index);
        T::from_js(value, lock).map_err(|mismatch| {
            let Mismatch { expected, found, out_of_range } = mismatch;
            let missing = index >= self.raw.length();
            let found = if missing { "nothing".into() } else { found };
            let message =
                format!("{}: argument {} (`{name}`): expected {expected}, found {found}", self.function, index + 1);
            let class = if out_of_range { Class::Range } else { Class::Type };
            Thrown::new(class, message, Vec::new())
        })
    }

    /// All arguments, unconverted.
    pub(crate) fn all(&self) -> Vec<v8::Local<'s, v8::Value>> {
        (0..self.raw.length()).map(|index| self.raw.get(index)).collect()
    }
}

/// What a host function may return: anything that is [`IntoJs`], or a `Result` of it with any `std::error::Error`, which
/// becomes a JS `Error` with the error's message, and its chain of sources as `cause`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be given to JS as the result of a host function",
    label = "not `IntoJs`, nor a `Result` of it with a `std::error::Error`",
    note = "numbers, `bool`, strings, `Option`, `Vec`, `Vec<u8>` as bytes, `()`, `JsRoot` and locals can",
    note = "for other types: `impl<'s> isolock::IntoJs<'s>` for one of your own",
    note = "the `E` of a `Result<T, E>` has to be a `std::error::Error`, which `String` and `&str` are not"
)]
pub trait IntoOutcome<'s> {
    /// The result for JS.
    ///
    /// # Errors
    /// What to throw.
    fn into_outcome(self, lock: &mut Lock<'s>) -> Outcome<'s>;
}

impl<'s, T: IntoJs<'s>> IntoOutcome<'s> for T {
    fn into_outcome(self, lock: &mut Lock<'s>) -> Outcome<'s> {
        self.into_js(lock).map_err(|error| Thrown::error(&error))
    }
}

impl<'s, T: IntoJs<'s>, E: Error> IntoOutcome<'s> for Result<T, E> {
    fn into_outcome(self, lock: &mut Lock<'s>) -> Outcome<'s> {
        self.map_err(|error| Thrown::error(&error))?.into_outcome(lock)
    }
}

/// For a local that is to be thrown as it is.
impl<'s> From<v8::Local<'s, v8::Value>> for Thrown<'s> {
    fn from(value: v8::Local<'s, v8::Value>) -> Self {
        Self(Box::new(What::Value(value)))
    }
}

/// Any [`Clone`]: carries the words for a capture that isn't.
#[diagnostic::on_unimplemented(
    message = "R2 explicit-captures: `{Self}` is captured by value, and it is not `Clone`",
    label = "each call of the function needs a clone of it",
    note = "derive `Clone`, or capture it shared: `Arc<{Self}>`; a sync function may also borrow it: `&{Self}`"
)]
pub trait CloneForEachCall {}
impl<T: Clone> CloneForEachCall for T {}

/// Checked by the expansion for each capture that the function gets a clone of. It asks for the tuple, because rustc shows
/// the words for an `Rc` only if it is inside of something.
pub const fn assert_capture<T: CloneForEachCall>()
where
    (T,): Portable,
{
}
/// Checked by the expansion for each capture that is lent to the function.
pub const fn assert_capture_ref<T>()
where
    (T,): Portable,
{
}
/// Checked by the expansion for each capture on trust (`#[capture(trusted = "why")]`) that the function gets a clone of.
pub const fn assert_trusted_capture<T: Send + 'static + CloneForEachCall>() {}
/// Checked by the expansion for each capture on trust that is lent to the function.
pub const fn assert_trusted_capture_ref<T: Send + 'static>() {}

struct Host<B>(B);

impl<B: HostFunction + Send + 'static> ErasedFn for Host<B> {
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s> {
        self.0.call(lock, args)
    }
}

struct Closure<C, R> {
    captures: C,
    f: for<'a, 'b> fn(&'a mut Lock<'b>, &C, Vec<v8::Local<'b, v8::Value>>) -> R,
}

impl<C: Portable + Sync, R: for<'b> IntoOutcome<'b> + 'static> ErasedFn for Closure<C, R> {
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s> {
        (self.f)(lock, &self.captures, args.all()).into_outcome(lock)
    }
}

/// See [`Lock::function`].
pub(crate) fn closure<'s, C, R>(
    lock: &mut Lock<'s>,
    name: &'static str,
    captures: C,
    f: for<'a, 'b> fn(&'a mut Lock<'b>, &C, Vec<v8::Local<'b, v8::Value>>) -> R,
) -> Result<v8::Local<'s, v8::Function>, RunError>
where
    C: Portable + Sync,
    R: for<'b> IntoOutcome<'b> + 'static,
{
    Ok(callback::make(lock, name, 0, Box::new(Closure { captures, f }))?.0)
}

/// A tuple of bindings: `(add {}, fetch_text { client })`. Made by `#[isolate_fn]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tuple of bindings of annotated functions",
    label = "`lock.install` takes a tuple of bindings",
    note = "annotate a function with `#[isolate_fn]`, and pass its binding in braces: `lock.install((add {{}},))`"
)]
pub trait Bindings {
    /// Makes each a global function of the lock's context.
    ///
    /// # Errors
    /// If V8 refuses.
    fn install(self, lock: &mut Lock<'_>) -> Result<(), RunError>;

    /// Makes each a function of the lock's context, with its name.
    #[doc(hidden)]
    fn functions<'s>(self, lock: &mut Lock<'s>) -> Result<Vec<(&'static str, v8::Local<'s, v8::Function>)>, RunError>;
}

fn install_one<B: HostFunction + Send + 'static>(lock: &mut Lock<'_>, binding: B) -> Result<(), RunError> {
    B::register();
    install(lock, B::NAME, B::LENGTH, Box::new(Host(binding)))
}

/// Not generic, so that it is compiled once.
fn install(lock: &mut Lock<'_>, name: &'static str, length: i32, code: Box<dyn ErasedFn>) -> Result<(), RunError> {
    lock.scope(|lock| {
        let (function, _) = callback::make(lock, name, length, code)?;
        let key = lock.string(name)?;
        lock.try_catch(|lock| lock.get_current_context().global(lock).set(lock, key.into(), function.into()))?;
        Ok(())
    })
}

macro_rules! bindings {
    ($($name:ident)*) => {
        impl<$($name: HostFunction + Send + 'static),*> Bindings for ($($name,)*) {
            #[allow(non_snake_case, unused_variables, reason = "the names of the types serve as those of the values")]
            fn install(self, lock: &mut Lock<'_>) -> Result<(), RunError> {
                let ($($name,)*) = self;
                $(install_one(lock, $name)?;)*
                Ok(())
            }

            #[allow(non_snake_case, unused_variables, reason = "the names of the types serve as those of the values")]
            fn functions<'s>(
                self,
                lock: &mut Lock<'s>,
            ) -> Result<Vec<(&'static str, v8::Local<'s, v8::Function>)>, RunError> {
                let ($($name,)*) = self;
                Ok(vec![$(($name::NAME, callback::make(lock, $name::NAME, $name::LENGTH, Box::new(Host($name)))?.0)),*])
            }
        }
    };
}
bindings!();
bindings!(A);
bindings!(A B);
bindings!(A B C);
bindings!(A B C D);
bindings!(A B C D E);
bindings!(A B C D E F);
bindings!(A B C D E F G);
bindings!(A B C D E F G H);
bindings!(A B C D E F G H I);
bindings!(A B C D E F G H I J);
bindings!(A B C D E F G H I J K);
bindings!(A B C D E F G H I J K L);

/// The host functions of one isolate. JS holds numbers, not pointers: a function may outlive everything that it captured.
#[derive(Default)]
pub(crate) struct FunctionTable {
    slots: Vec<Slot>,
    free: Vec<usize>,
}

#[derive(Default)]
struct Slot {
    generation: u64,
    entry: Option<Box<Function>>,
}

pub(crate) struct Function {
    pub(crate) context: Arc<ContextInner>,
    pub(crate) name: &'static str,
    pub(crate) code: Box<dyn ErasedFn>,
}

/// Bits of a number that are the place in the table; the rest is the generation. Both fit into a JS number.
const PLACE_BITS: u32 = 24;

impl FunctionTable {
    /// Adds a function. `None` if the table is full (16 million functions).
    pub(crate) fn add(&mut self, function: Function) -> Option<u64> {
        let place = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::default());
            self.slots.len() - 1
        });
        if place >> PLACE_BITS != 0 {
            return None;
        }
        let slot = &mut self.slots[place];
        slot.entry = Some(Box::new(function));
        Some((slot.generation << PLACE_BITS) | place as u64)
    }

    #[inline]
    pub(crate) fn get(&self, id: u64) -> Option<&Function> {
        let slot = self.slots.get(usize::try_from(id & ((1 << PLACE_BITS) - 1)).ok()?)?;
        (slot.generation == id >> PLACE_BITS).then_some(slot.entry.as_deref()).flatten()
    }

    /// Removes a function; to be called where no function is being called. Like all removals it gives back what was
    /// removed, to be dropped once the table is no longer borrowed: captures run their own code when they are dropped.
    #[must_use]
    pub(crate) fn remove(&mut self, id: u64) -> Option<Box<Function>> {
        // `get` has looked at the same place.
        self.get(id).is_some().then(|| self.remove_at((id & ((1 << PLACE_BITS) - 1)) as usize)).flatten()
    }

    fn remove_at(&mut self, place: usize) -> Option<Box<Function>> {
        let slot = &mut self.slots[place];
        slot.generation = (slot.generation + 1) & ((1 << (53 - PLACE_BITS)) - 1);
        self.free.push(place);
        slot.entry.take()
    }

    #[must_use]
    #[allow(clippy::vec_box, reason = "the entries are boxed in the table")]
    pub(crate) fn remove_context(&mut self, context: u64) -> Vec<Box<Function>> {
        let belongs = |slot: &Slot| slot.entry.as_ref().is_some_and(|function| function.context.id == context);
        let places: Vec<_> = (0..self.slots.len()).filter(|place| belongs(&self.slots[*place])).collect();
        places.into_iter().filter_map(|place| self.remove_at(place)).collect()
    }

    /// Tells those who follow promises of a group that these may never settle.
    pub(crate) fn abort(&self, group: u64, why: &RunError) {
        for function in self.slots.iter().filter_map(|slot| slot.entry.as_ref()) {
            if function.context.group.id == group {
                function.code.abort(why);
            }
        }
    }
}
