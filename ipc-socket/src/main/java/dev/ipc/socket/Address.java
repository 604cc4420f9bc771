// SPDX-License-Identifier: Apache-2.0
package dev.ipc.socket;

import dev.ipc.Endpoint;
import dev.ipc.EndpointAbsentException;
import dev.ipc.InvalidEndpointException;
import dev.ipc.spi.SocketName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The addresses of the two schemes: a path, or a host with a port. */
final class Address {
  private static final Pattern HOST_PORT =
      Pattern.compile(
          "(?:\\[([0-9A-Fa-f]*:[0-9A-Fa-f:.]*(?:%[0-9A-Za-z]+)?)\\]|([^:\\[\\]/]+)):([0-9]{1,5})");

  private Address() {}

  /** Checks the form, without I/O. */
  static void check(Endpoint endpoint) {
    if (isUnix(endpoint)) {
      SocketName.checkPath(endpoint);
    } else {
      port(endpoint, match(endpoint));
    }
  }

  /** A client needs to know the port. */
  static void requirePort(Endpoint endpoint) {
    if (!isUnix(endpoint) && port(endpoint, match(endpoint)) == 0) {
      throw new InvalidEndpointException(
          "port 0 is for listeners, endpoint=" + endpoint + "; name the listener's port");
    }
  }

  static boolean isUnix(Endpoint endpoint) {
    return endpoint.scheme().equals("unix");
  }

  /** Looks the host up, which may block. */
  static InetSocketAddress resolve(Endpoint endpoint) {
    Matcher matcher = match(endpoint);
    String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    try {
      return new InetSocketAddress(InetAddress.getByName(host), port(endpoint, matcher));
    } catch (UnknownHostException e) {
      throw new EndpointAbsentException(
          "the host is not known, host=" + host + ", endpoint=" + endpoint, e);
    }
  }

  /** The endpoint with the port that was bound. */
  static Endpoint bound(Endpoint endpoint, InetSocketAddress local) {
    String address = endpoint.address();
    String host = address.substring(0, address.lastIndexOf(':'));
    return endpoint.withAddress(host + ":" + local.getPort());
  }

  private static Matcher match(Endpoint endpoint) {
    Matcher matcher = HOST_PORT.matcher(endpoint.address());
    if (!matcher.matches()) {
      throw new InvalidEndpointException(
          "the address is not host:port, address="
              + endpoint.address()
              + ", endpoint="
              + endpoint
              + "; write 127.0.0.1:4711, [::1]:4711 or a host name with a port");
    }
    return matcher;
  }

  private static int port(Endpoint endpoint, Matcher matcher) {
    int port = Integer.parseInt(matcher.group(3));
    if (port > 65_535) {
      throw new InvalidEndpointException(
          "the port is out of range, port=" + port + ", largest=65535, endpoint=" + endpoint);
    }
    return port;
  }
}
