//! What the fields of an affine type may hold, in words of their own.
//!
//! A bound that one blanket impl fulfils is reported with the words of that impl's bound (`Send`, `Portable`). With a second
//! one, which never applies, rustc shows the words that stand here. The parameter keeps the two apart and is inferred.

use crate::engine::portable::Portable;

/// The parameter of the impl that applies.
#[doc(hidden)]
#[derive(Debug)]
pub enum Applies {}

/// The parameter of the impl that doesn't.
#[doc(hidden)]
#[derive(Debug)]
pub enum Never {}

/// Implemented by nothing.
#[doc(hidden)]
pub trait Nothing {}

/// A field of a type that an isolate or a context owns.
#[diagnostic::on_unimplemented(
    message = "R5 name-what-is-affine: a context or an isolate can't own `{Self}`: it isn't `Send`",
    label = "bound to one thread",
    note = "on the shared home the turns of a context move between threads, and its values with them",
    note = "use a type that is `Send` (`Arc` for `Rc`, `Mutex` for `RefCell` behind it), or say `owner = thread`, keep the \
            isolate on a pinned home, and make the value with `Homed::here(value)`"
)]
#[doc(hidden)]
pub trait OwnedField<Which> {}
impl<T: ?Sized + Send> OwnedField<Applies> for T {}
impl<T: ?Sized + Nothing> OwnedField<Never> for T {}

/// A field whose name doesn't begin with `own_`.
#[diagnostic::on_unimplemented(
    message = "R5 name-what-is-affine: a field holds `{Self}`, and its name doesn't say that it is bound to the owner",
    label = "not `Portable`",
    note = "name the field `own_…`: what must not leave its owner says so wherever it is used (with `owner = context` or \
            `isolate` its type must be `Send`, too)",
    note = "if it is bound to nothing, implement `isolock::Portable` for the type, or give the reason: \
            `#[affine(reason = \"…\")]`"
)]
#[doc(hidden)]
pub trait PlainField<Which> {}
impl<T: ?Sized + Portable> PlainField<Applies> for T {}
impl<T: ?Sized + Nothing> PlainField<Never> for T {}

/// The field can belong to an isolate or a context.
pub const fn assert_send_field<T: ?Sized + OwnedField<Which>, Which>() {}

/// The field isn't bound to an owner.
pub const fn assert_portable_field<T: ?Sized + PlainField<Which>, Which>() {}
