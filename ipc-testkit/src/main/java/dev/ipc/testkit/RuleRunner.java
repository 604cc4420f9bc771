// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ipc.Capability;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Runs a rule: once per variant, with a fresh rig, within the limit. */
final class RuleRunner implements TestTemplateInvocationContextProvider, InvocationInterceptor {
  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    Method method = context.getRequiredTestMethod();
    String title = method.getAnnotation(Rule.class).value() + " " + method.getName();
    return method.getParameterCount() == 0
        ? Stream.of(new Run(title, null))
        : Limits.variants(context).map(variant -> new Run(title + ", " + variant, variant));
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    Rule rule = method.getExecutable().getAnnotation(Rule.class);
    Chapter chapter = (Chapter) context.getRequiredTestInstance();
    Limits limits = Limits.of(context);
    requireAsked(context, rule);
    Rig rig = new Rig(chapter.contract, limits, Mutants.of(context));
    chapter.rig = rig;
    Task<Void> run =
        Task.start(
            "rule " + rule.value(),
            () -> {
              try (rig) {
                require(rig, rule);
                return proceed(invocation);
              }
            });
    try {
      run.result(limits.limit());
    } catch (TimeoutException e) {
      if (run.isDone()) {
        throw e; // its own, of something it waited for
      }
      String threads = Threads.dump();
      rig.abandon();
      run.interrupt();
      throw new AssertionError(
          "rule " + rule.value() + " takes longer than " + limits.limit() + "\n" + threads, e);
    }
  }

  private static Void proceed(Invocation<Void> invocation) throws Exception {
    try {
      return invocation.proceed();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** With {@code ipc.only=5.16} just this rule, with {@code ipc.only=5.,6.} these chapters. */
  private static void requireAsked(ExtensionContext context, Rule rule) {
    String only = context.getConfigurationParameter("ipc.only").orElse("");
    boolean asked =
        Stream.of(only.split(","))
            .anyMatch(
                part ->
                    part.endsWith(".") ? rule.value().startsWith(part) : rule.value().equals(part));
    assumeTrue(only.isEmpty() || asked, () -> "not asked for, ipc.only=" + only);
  }

  private static void require(Rig rig, Rule rule) {
    Set<Capability> offered = rig.capabilities();
    for (Capability needed : rule.needs()) {
      assumeTrue(
          offered.contains(needed),
          () -> "needs " + needed + ", which " + rig.endpoint().scheme() + ": does not have");
    }
  }

  private record Run(String title, Variant variant)
      implements TestTemplateInvocationContext, ParameterResolver {
    @Override
    public String getDisplayName(int index) {
      return title;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(this);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Variant.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return variant;
    }
  }
}
