/// Fetches.
///
/// More words.
pub async fn fetch_text(
    ev: Event,
    client: HttpClient,
    url: String,
) -> Result<String, FetchError> {
    client.get(&url).await
}
/// The binding of the function [`fetch_text`](fn@fetch_text): its fields are what the function captures, and JavaScript calls it as `fetchIt`.
///
/// Fetches.
///
/// More words.
#[allow(
    dead_code,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    private_interfaces,
    clippy::exhaustive_structs
)]
pub struct fetch_text {
    /// What `fetch_text` captures as `client`.
    pub client: HttpClient,
}
#[automatically_derived]
#[allow(dead_code, deprecated)]
impl ::isolock::__private::HostFunction for fetch_text {
    const NAME: &'static str = "fetchIt";
    const LENGTH: i32 = 1;
    fn call<'s>(
        &self,
        lock: &mut ::isolock::Lock<'s>,
        args: &::isolock::__private::Arguments<'s>,
    ) -> ::isolock::__private::Outcome<'s> {
        let url = args.get::<String>(lock, 0, "url")?;
        let client = ::core::clone::Clone::clone(&self.client);
        ::isolock::__private::start(
            lock,
            <Self as ::isolock::__private::HostFunction>::NAME,
            (client, url),
            |ev, (client, url)| fetch_text(ev, client, url),
        )
    }
}
#[allow(dead_code, deprecated, private_interfaces, clippy::too_many_arguments)]
impl fetch_text {
    /// Runs `fetch_text` as a new event of `ctx`, from any thread, and resolves to what it returns.
    /// Nothing is held while it awaits.
    ///
    /// # Errors
    ///
    /// `RunError` when the context is gone, when the turn was refused or ended from outside, or when the function panicked.
    #[track_caller]
    pub fn run(
        self,
        ctx: &::isolock::IoContext,
        url: String,
    ) -> impl ::core::future::Future<
        Output = ::core::result::Result<Result<String, FetchError>, ::isolock::RunError>,
    > + ::core::marker::Send + use<> {
        let Self { client } = self;
        ::isolock::__private::run_async(
            ctx,
            (client, url),
            |ev, (client, url)| fetch_text(ev, client, url),
        )
    }
}
#[allow(deprecated)]
const _: fn() = || {
    ::isolock::__private::assert_capture::<HttpClient>();
};
