async fn relay<T: Portable>(
    ev: Event,
    client: Client<T>,
    source: Arc<impl Source<T> + Sync>,
    key: String,
) -> Result<String, Error> {
    client.relay(&source, key).await
}
/// The binding of the function [`relay`](fn@relay): its fields are what the function captures, and JavaScript calls it as `relay`.
#[allow(
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    clippy::exhaustive_structs
)]
struct relay<T: Portable, ImplSource: Source<T> + Sync> {
    /// What `relay` captures as `client`.
    client: Client<T>,
    /// What `relay` captures as `source`.
    source: Arc<ImplSource>,
}
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl<T: Portable, ImplSource: Source<T> + Sync> ::isolock::__private::HostFunction
for relay<T, ImplSource>
where
    Client<T>: ::core::marker::Send + 'static + ::core::clone::Clone,
    Arc<ImplSource>: ::isolock::Portable + ::core::clone::Clone,
{
    const NAME: &'static str = "relay";
    const LENGTH: i32 = 1;
    fn register() {
        ::isolock::__private::record_trusted::<Client<T>>("a handle without V8 inside");
    }
    fn call<'s>(
        &self,
        lock: &mut ::isolock::Lock<'s>,
        args: &::isolock::__private::Arguments<'s>,
    ) -> ::isolock::__private::Outcome<'s> {
        let key = args.get::<String>(lock, 0, "key")?;
        let client = ::core::clone::Clone::clone(&self.client);
        let source = ::core::clone::Clone::clone(&self.source);
        ::isolock::__private::start(
            lock,
            <Self as ::isolock::__private::HostFunction>::NAME,
            (
                (|trusted| ::isolock::Trusted::new(
                    "a handle without V8 inside",
                    trusted,
                ))(client),
                source,
                key,
            ),
            |ev, (client, source, key)| relay::<
                T,
            >(ev, ::isolock::Trusted::into_inner(client), source, key),
        )
    }
}
#[allow(dead_code, deprecated, private_interfaces, clippy::too_many_arguments)]
impl<T: Portable, ImplSource: Source<T> + Sync> relay<T, ImplSource>
where
    Client<T>: ::core::marker::Send + 'static + ::core::clone::Clone,
    Arc<ImplSource>: ::isolock::Portable + ::core::clone::Clone,
{
    /// Runs `relay` as a new event of `ctx`, from any thread, and resolves to what it returns.
    /// Nothing is held while it awaits.
    ///
    /// # Errors
    ///
    /// `RunError` when the context is gone, when the turn was refused or ended from outside, or when the function panicked.
    #[track_caller]
    fn run(
        self,
        ctx: &::isolock::IoContext,
        key: String,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<Result<String, Error>, ::isolock::RunError>,
    > + ::core::marker::Send + use<T, ImplSource> {
        let Self { client, source } = self;
        ::isolock::__private::run_async(
            ctx,
            (
                (|trusted| ::isolock::Trusted::new(
                    "a handle without V8 inside",
                    trusted,
                ))(client),
                source,
                key,
            ),
            |ev, (client, source, key)| relay::<
                T,
            >(ev, ::isolock::Trusted::into_inner(client), source, key),
        )
    }
}
#[allow(dead_code, clippy::multiple_bound_locations, deprecated)]
const _: () = {
    fn captures<T: Portable, ImplSource: Source<T> + Sync>() {
        ::isolock::__private::assert_trusted_capture::<Client<T>>();
        ::isolock::__private::assert_capture::<Arc<ImplSource>>();
    }
};
