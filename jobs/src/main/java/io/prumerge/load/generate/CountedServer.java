package io.prumerge.load.generate;

import io.prumerge.console.Phase;
import java.util.concurrent.CompletableFuture;

/**
 * Tells a phase of each reply.
 *
 * @param server that replies
 */
public record CountedServer(LoadServer server, Phase phase) implements LoadServer {

  @Override
  public void make(int question) {
    server.make(question);
  }

  @Override
  public CompletableFuture<LoadReply> ask(int question) {
    CompletableFuture<LoadReply> reply = server.ask(question);
    reply.whenComplete((came, failure) -> phase.add(1));
    return reply;
  }

  @Override
  public void requireAnswering() {
    server.requireAnswering();
  }
}
