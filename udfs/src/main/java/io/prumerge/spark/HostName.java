package io.prumerge.spark;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** This host's name in rows and leases. */
public final class HostName {

  private HostName() {}

  /** Returns the host's own name, or {@code localhost} if it does not know its name. */
  public static String ofThisHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
