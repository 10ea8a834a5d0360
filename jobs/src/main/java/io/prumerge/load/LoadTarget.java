package io.prumerge.load;

import io.prumerge.endpoint.Endpoint;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.PairedServer;

/**
 * What is under a load test: a server, or a model in this process under a method.
 *
 * @param name as the column {@code server} has it: {@code none} of the first server, the label of
 *     another, or the method
 * @param model as it is spelled
 */
record LoadTarget(String name, String model) {

  /** The name of the first server, as that of its method in runs. */
  static final String FIRST = "none";

  static LoadTarget first(Endpoint endpoint) {
    return new LoadTarget(FIRST, endpoint.toString());
  }

  static LoadTarget of(PairedServer server) {
    return new LoadTarget(server.label(), server.endpoint().toString());
  }

  static LoadTarget inProcess(MethodSpec method, String model) {
    return new LoadTarget(method.toString(), model);
  }

  boolean isEndpoint() {
    return Endpoint.isNamedBy(model);
  }

  /** Returns the server, if it is one. */
  Endpoint endpoint() {
    return Endpoint.parse(model);
  }
}
