using System.Numerics;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.LanguageModels.CpuKernels;

namespace TaskArithmetic.LanguageModels.Tests;

[TestClass]
public sealed class VectorFunctionsTests
{
    [TestMethod]
    public void The_exponential_is_within_two_units_in_the_last_place_and_0_for_what_is_hidden()
    {
        for (var x = -86.9f; x < 88; x += 0.0137f)
        {
            var exact = Math.Exp(x);
            Assert.AreEqual(exact, VectorFunctions.Exp(new Vector<float>(x))[0], exact * 2.4e-7, $"{x}");
        }
        Assert.AreEqual(1, VectorFunctions.Exp(Vector<float>.Zero)[0]);
        Assert.AreEqual(0, VectorFunctions.Exp(new Vector<float>(float.NegativeInfinity))[0]);
        Assert.AreEqual(0, VectorFunctions.Exp(new Vector<float>(-1000))[0]);
    }
}
