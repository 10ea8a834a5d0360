package io.prumerge.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** What the failure of a request means for it and for others. */
enum ChatFailure {
  /** May pass: overload, a broken connection, silence. */
  PASSING,
  /** Nobody listens. May pass. */
  UNREACHABLE,
  /** No encrypted connection comes about, nor would one at another try. */
  NO_TLS,
  /** Status 500: may pass, but often does not. */
  FAULT,
  /** An answer that is no whole JSON document. May pass, but is generated again each time. */
  BROKEN,
  /** This request is refused; others may not be. */
  REFUSED,
  /** Every request is refused. */
  CLOSED;

  private static final Set<Integer> PASSING_STATUS = Set.of(408, 429, 502, 503, 504);
  private static final int FAULT_STATUS = 500;

  /** No key or a wrong one, nothing paid, no permission, wrong address; below 400 a redirect. */
  private static final Set<Integer> CLOSED_STATUS = Set.of(401, 402, 403, 404, 405);

  private static final int FIRST_ERROR = 400;
  private static final int TOO_MANY_REQUESTS = 429;

  /** Codes of a spent quota, which waiting does not cure. */
  private static final Set<String> SPENT =
      Set.of("insufficient_quota", "billing_hard_limit_reached", "billing_not_active");

  // Java's words
  private static final String BROKEN_OFF = "Remote host terminated the handshake";
  private static final String NOT_ENCRYPTED = "nrecognized SSL message";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Returns the meaning of a response that is no answer. */
  static ChatFailure of(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status < FIRST_ERROR
        || CLOSED_STATUS.contains(status)
        || (status == TOO_MANY_REQUESTS && isSpent(response.body()))) {
      return CLOSED;
    }
    if (status == FAULT_STATUS) {
      return FAULT;
    }
    return PASSING_STATUS.contains(status) ? PASSING : REFUSED;
  }

  /** Returns the meaning of a request that has no response. */
  static ChatFailure of(Throwable failure) {
    if (isOfTls(failure)) {
      return NO_TLS;
    }
    return failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException
        ? UNREACHABLE
        : PASSING;
  }

  /** Returns whether the two sides do not agree, not only broke off before they did. */
  private static boolean isOfTls(Throwable failure) {
    return causes(failure)
        .anyMatch(
            cause ->
                cause instanceof SSLHandshakeException && !BROKEN_OFF.equals(cause.getMessage())
                    || cause instanceof SSLException
                        && String.valueOf(cause.getMessage()).contains(NOT_ENCRYPTED));
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
  }

  /** Returns what to do about a request that has no response; empty if that is known from it. */
  static String remedy(Throwable failure) {
    return causes(failure).anyMatch(CertificateException.class::isInstance)
        ? "; if it is the right server, name a trust store with its certificate or its issuer's:"
            + " --driver-java-options '-Djavax.net.ssl.trustStore=FILE"
            + " -Djavax.net.ssl.trustStorePassword=WORD', and on a cluster the same as"
            + " --conf spark.executor.extraJavaOptions"
        : "";
  }

  private static boolean isSpent(byte[] body) {
    try {
      JsonNode error = MAPPER.readTree(body).path("error");
      return SPENT.contains(error.path("code").asText())
          || SPENT.contains(error.path("type").asText());
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the error kind of a request whose last try failed like this. */
  ChatErrorKind kindInTheEnd() {
    return switch (this) {
      case UNREACHABLE -> ChatErrorKind.UNREACHABLE;
      case BROKEN -> ChatErrorKind.UNUSABLE_ANSWER;
      default -> ChatErrorKind.TRIES_EXHAUSTED;
    };
  }

  /** Returns the exception of a request that another try would not help. */
  Optional<ChatException> refusal(String problem) {
    return switch (this) {
      case PASSING, UNREACHABLE, FAULT, BROKEN -> Optional.empty();
      case NO_TLS ->
          Optional.of(
              new ChatException(
                  ChatErrorKind.SERVICE_REFUSED, "takes no encrypted connection: " + problem));
      case REFUSED ->
          Optional.of(new ChatException(ChatErrorKind.REQUEST_REFUSED, "refused: " + problem));
      case CLOSED ->
          Optional.of(new ChatException(ChatErrorKind.SERVICE_REFUSED, "refused: " + problem));
    };
  }
}
