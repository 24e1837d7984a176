"""The models of the field as symbols: their weights, losses and laws, for statements and for runs alike."""

from verify.networks.companion import convex_descent, matching_step_size, with_companion
from verify.networks.factorisation import balanced_factorisation_loss, factorisation_loss, two_layer_loss
from verify.networks.homogeneous import preactivations, squared_error, with_output_gradient
from verify.networks.linear import LinearNetwork, linear_network
from verify.networks.losses import ConvexLoss, regularised, seminorm, softened_absolute_loss, squared_loss, weighted_loss
from verify.networks.sharing import convolution, dense, shared_weights, sharing_matrix
from verify.networks.weights import weights, widths

__all__ = [
    "ConvexLoss",
    "LinearNetwork",
    "balanced_factorisation_loss",
    "convex_descent",
    "convolution",
    "dense",
    "factorisation_loss",
    "linear_network",
    "matching_step_size",
    "preactivations",
    "regularised",
    "seminorm",
    "shared_weights",
    "sharing_matrix",
    "softened_absolute_loss",
    "squared_error",
    "squared_loss",
    "two_layer_loss",
    "weighted_loss",
    "weights",
    "widths",
    "with_companion",
    "with_output_gradient",
]
