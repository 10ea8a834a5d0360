package io.prumerge.model.script;

import ai.djl.Device;
import io.prumerge.script.ScriptFile;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchException;
import java.util.HashMap;
import java.util.Map;

/** The users' scripts on one model's device: each loaded once, and unloaded with the model. */
public final class UserScripts implements AutoCloseable {

  private final Torch host;
  private final Device device;
  private final Map<ScriptFile, UserScript> loaded = new HashMap<>();

  public UserScripts(Torch host, Device device) {
    this.host = host;
    this.device = device;
  }

  /**
   * Returns a script, which is closed here.
   *
   * @throws TorchException if it cannot be loaded
   */
  public synchronized UserScript of(ScriptFile file) {
    return loaded.computeIfAbsent(file, one -> new UserScript(host, one, device));
  }

  @Override
  public synchronized void close() {
    loaded.values().forEach(UserScript::close);
  }
}
