package io.prumerge.torch;

import io.prumerge.model.DeviceFailures;
import io.prumerge.torchscript.KernelParameters;
import java.util.ArrayList;
import java.util.List;

/** A device whose memory does not hold more than so much of one kernel's argument. */
public final class ScarceTorch extends Torch {

  private final String kernel;
  private final int place;
  private final int room;
  private final List<Integer> asked = new ArrayList<>();

  /**
   * @param kernel that needs the memory
   * @param parameter a tensor
   * @param room elements of it that fit
   */
  public ScarceTorch(Torch torch, String kernel, String parameter, int room) {
    super(torch);
    this.kernel = kernel;
    this.place = KernelParameters.of(kernel).indexOf(parameter);
    this.room = room;
  }

  /** Returns how many elements each call of the kernel had. */
  public List<Integer> asked() {
    return List.copyOf(asked);
  }

  @Override
  public Value call(String method, Object... arguments) {
    if (method.equals(kernel)) {
      asked.add(((Value) arguments[place]).size(this));
      if (asked.get(asked.size() - 1) > room) {
        throw DeviceFailures.outOfMemory();
      }
    }
    return super.call(method, arguments);
  }
}
