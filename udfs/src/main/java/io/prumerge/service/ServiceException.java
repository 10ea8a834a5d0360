package io.prumerge.service;

/**
 * A class that a jar lists as a service and that cannot be loaded, or whose name cannot be used.
 * The message says which class of which jar, why, and what to do.
 */
public final class ServiceException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  ServiceException(String message, Throwable cause) {
    super(message, cause);
  }
}
