package io.prumerge.plan;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.endpoint.VideoAs;
import java.util.List;
import java.util.Optional;

/**
 * How models behind endpoints are asked.
 *
 * @param requests requests under way at an endpoint at most, over all executors
 * @param version the user's label of what the endpoints serve, since weights elsewhere cannot be
 *     hashed
 * @param videoAs how they are sent videos
 * @param servers other servers of the first model
 */
public record EndpointOptions(
    int requests, Optional<String> version, VideoAs videoAs, List<PairedServer> servers) {

  public EndpointOptions {
    servers = List.copyOf(servers);
    OptionChecks.requireDistinct(Setting.AS, servers.stream().map(PairedServer::label).toList());
    CountSetting.ENDPOINT_REQUESTS.require(requests);
    if (version.isPresent() && version.get().isBlank()) {
      throw new UsageException(Wording.of("%s must not be empty", Setting.ENDPOINT_VERSION));
    }
  }
}
