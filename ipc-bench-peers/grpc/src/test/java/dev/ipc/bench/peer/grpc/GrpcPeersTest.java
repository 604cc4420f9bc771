// SPDX-License-Identifier: Apache-2.0
package dev.ipc.bench.peer.grpc;

import dev.ipc.bench.peer.Trial;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GrpcPeersTest {
  @TestFactory
  Stream<DynamicTest> losesNothingAndLeavesNothing() {
    return Trial.all().map(trial -> DynamicTest.dynamicTest(trial.toString(), trial::run));
  }
}
