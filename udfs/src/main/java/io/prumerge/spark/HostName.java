package io.prumerge.spark;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** This host, as rows and leases name it. */
public final class HostName {

  private HostName() {}

  /** What the host calls itself, {@code localhost} where it does not know its own name. */
  public static String own() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
