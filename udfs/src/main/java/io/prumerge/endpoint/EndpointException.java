package io.prumerge.endpoint;

/** An endpoint that answers no question at all: asking it another one makes no sense. */
public final class EndpointException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EndpointException(String message) {
    super(message);
  }
}
