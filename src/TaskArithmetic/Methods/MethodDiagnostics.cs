using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Methods;

/// <summary>The coded findings of merge methods themselves.</summary>
internal static class MethodDiagnostics
{
    /// <param name="method">The method.</param>
    /// <param name="remark">What it noticed, as a clause.</param>
    /// <param name="tensors">The tensors of which it says so.</param>
    public static Diagnostic Remark(string method, string remark, IReadOnlyList<string> tensors) => Diagnostic.Warning(
        "TA1027", $"The method {method} remarks of {Listing.Of(tensors)}: {remark}.").At(tensor: tensors[0], item: method);

    public static Diagnostic NeedsLibtorch(string method) => Diagnostic.Error(
        "TA2065",
        $"The method {method} takes singular value decompositions by libtorch, which is not at hand. 'dotnet taskarithmetic doctor' says how to get it; TASKARITHMETIC_LIBTORCH names a folder that holds it.",
        DiagnosticKind.Environment).At(item: method);

    /// <param name="input">The input, from 0.</param>
    public static Diagnostic ZeroVector(int input) => Diagnostic.Error(
        "TA2066", $"Input {input + 1}: its vector is zero in every tensor, so it has no direction to scale or to project on. Give two different models.");
}
