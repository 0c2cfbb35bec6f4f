//! Connections to servers: resolved here, so that it is an address that is allowed, and not a name.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{self, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use url::Url;

use crate::error::{Error, Kind, Result};

/// A connection, of whatever sort.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The error of a server that cannot be reached.
pub(super) fn unreachable(url: &Url, why: &dyn std::fmt::Display) -> Error {
    let asked = url.origin().ascii_serialization();
    Error::new(Kind::Navigation, format!("failed to ask `{asked}`: {why}"))
        .with_hint("greenroom itself asks here, not the browser: its own proxy and certificates are not used")
}

/// Connects to the server of an address; `may` is asked of the place that its name stands for.
pub(super) async fn connect(
    url: &Url,
    insecure: bool,
    may: &(dyn Fn(IpAddr, u16) -> Result<()> + Send + Sync),
) -> Result<TokioIo<Box<dyn Stream>>> {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(80);
    let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let found = tokio::net::lookup_host((bare.as_str(), port)).await;
    let places: Vec<SocketAddr> = found.map_err(|error| unreachable(url, &error))?.collect();
    for place in &places {
        may(place.ip(), place.port())?;
    }
    let stream = TcpStream::connect(places.as_slice())
        .await
        .map_err(|error| unreachable(url, &error))?;
    // Small requests do not wait for each other.
    let _ = stream.set_nodelay(true);
    if url.scheme() != "https" {
        return Ok(TokioIo::new(Box::new(stream)));
    }
    let name = ServerName::try_from(bare).map_err(|error| unreachable(url, &error))?;
    let config = config(insecure).await?;
    let secured = TlsConnector::from(config).connect(name, stream).await;
    Ok(TokioIo::new(Box::new(
        secured.map_err(|error| unreachable(url, &error))?,
    )))
}

/// How TLS is spoken: with the certificates that this machine trusts, or with any.
async fn config(insecure: bool) -> Result<Arc<ClientConfig>> {
    static TRUSTING: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    static CHECKING: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    let known = if insecure { &TRUSTING } else { &CHECKING };
    if let Some(config) = known.get() {
        return Ok(Arc::clone(config));
    }
    // Certificates are many files.
    let made = tokio::task::spawn_blocking(move || make(insecure)).await;
    let made = made.map_err(|error| Error::new(Kind::Internal, "failed to prepare TLS").with_source(error))??;
    Ok(Arc::clone(known.get_or_init(|| Arc::new(made))))
}

fn make(insecure: bool) -> Result<ClientConfig> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::new(Kind::Internal, "failed to prepare TLS").with_source(error))?;
    if insecure {
        let any = Arc::new(Any(provider));
        return Ok(builder
            .dangerous()
            .with_custom_certificate_verifier(any)
            .with_no_client_auth());
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Takes any certificate, for sessions that were opened with `--ignore-https-errors`; signatures are still checked.
#[derive(Debug)]
struct Any(Arc<rustls::crypto::CryptoProvider>);

impl ServerCertVerifier for Any {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;

    use super::*;

    /// For 127.0.0.1, by nobody that is trusted: made for this test.
    const CERTIFICATE: &str = "MIIBkDCCATagAwIBAgIUdNl5D6fvsIT1gyWmuxVgwzRgAqIwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2\
        MTEyODEwNTQ1MloYDzIxMjYxMTA0MTA1NDUyWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\
        AARo+FkKXqKX/LBCu8CKLar5YlwEDTIyjio2OXyBDw0ByoZUyB0lwOUnTVr7Pott6givab1pZub7ZfQWCZE29E2qo2QwYjAdBgNV\
        HQ4EFgQUssFutc4qcLPSTwkN1RtZyf8CVyIwHwYDVR0jBBgwFoAUssFutc4qcLPSTwkN1RtZyf8CVyIwDwYDVR0TAQH/BAUwAwEB\
        /zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUCIQCMWqfLSm3UnjyY+F3JeRDtvTt5wTqfaf38r9l/6H52EAIgdrSQ\
        FNGWNkela544c0DADDoW4TAM3KklaPKyIXAuLGk=";

    /// Its key.
    const KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFkvY784VcEZeZENaLA4vt4lpCXlPQv6XuJO9A0d0OrWhRANCAARo\
        +FkKXqKX/LBCu8CKLar5YlwEDTIyjio2OXyBDw0ByoZUyB0lwOUnTVr7Pott6givab1pZub7ZfQWCZE29E2q";

    /// A server that does no more than agree on TLS; its address.
    async fn server() -> Url {
        let der = |text| STANDARD.decode(text).unwrap();
        let key = PrivateKeyDer::try_from(der(KEY)).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(der(CERTIFICATE))], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("https://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // It fails where the other side does not trust us.
                drop(acceptor.accept(stream).await);
            }
        });
        Url::parse(&url).unwrap()
    }

    #[tokio::test]
    async fn a_certificate_is_checked_unless_any_is_taken() {
        let url = server().await;
        let all = |_, _| Ok(());
        let error = connect(&url, false, &all).await.err().unwrap();
        assert_eq!(error.kind(), Kind::Navigation);
        assert!(error.message().contains("certificate"), "{error}");
        assert!(connect(&url, true, &all).await.is_ok());
    }

    #[tokio::test]
    async fn a_place_is_asked_about_before_it_is_connected_to() {
        let url = server().await;
        let none = |at: IpAddr, port| {
            assert_eq!((at.to_string().as_str(), Some(port)), ("127.0.0.1", url.port()));
            Err(Error::new(Kind::Denied, "not there"))
        };
        let error = connect(&url, true, &none);
        assert_eq!(error.await.err().unwrap().kind(), Kind::Denied);
    }
}
