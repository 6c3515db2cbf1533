//! No prelude, and nothing imported but the attribute.

#![no_implicit_prelude]

#[::isolock::isolate_fn]
pub(crate) fn add(a: f64, b: f64) -> f64 {
    a + b
}

#[::isolock::isolate_fn]
pub(crate) fn greet(
    lock: &mut ::isolock::Lock<'_>,
    #[capture] greeting: &::std::string::String,
    name: ::std::string::String,
) -> ::std::result::Result<::std::string::String, ::isolock::RunError> {
    lock.set_global("greeted", ::std::clone::Clone::clone(&name))?;
    ::std::result::Result::Ok(::std::clone::Clone::clone(greeting) + &name)
}

#[::isolock::isolate_fn]
pub(crate) async fn later(_ev: ::isolock::Event, text: ::std::string::String) -> ::std::string::String {
    text + "!"
}
