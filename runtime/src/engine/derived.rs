//! What the expansion of `#[derive(Portable)]` names.

use super::Portable;

/// Checked by the expansion for each field, at its type.
pub const fn assert_portable<T: ?Sized + Portable>() {}

/// Where the checks of a type's fields stand: `Self` and the type's parameters mean there what they mean in the fields.
pub trait PortableFields {
    /// Nothing, once it is compiled.
    const CHECKED: ();
}
