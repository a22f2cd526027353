terraform {
  required_providers {
    outscale = { source = "outscale/outscale" }
    scaleway = { source = "scaleway/scaleway" }
    aws      = { source = "hashicorp/aws" }
  }
}

provider "outscale" {
  region = "cloudgouv-eu-west-1"
}

provider "scaleway" {
  region = "fr-par"
  zone   = "fr-par-1"
}

provider "aws" {
  region = "eu-west-3"
}

# Le téléservice : une région qualifiée.
resource "outscale_vm" "teleservice" {
  image_id = "ami-00000000"
  vm_type  = "tinav5.c4r8p2"

  user_data = <<-EOT
    #cloud-config
    runcmd:
      - curl -s https://api.datadoghq.eu/install.sh | sh
  EOT
}

resource "outscale_volume" "donnees" {
  subregion_name = "cloudgouv-eu-west-1a"
  size           = 200
}

# Les sauvegardes partent chez un autre prestataire, qui n'est pas qualifié.
# egide:allow hosting reason="sortie en cours, données chiffrées avant envoi" until=2027-01-31
resource "scaleway_object_bucket" "sauvegardes" {
  name   = "littoral-sauvegardes"
  region = "fr-par"
}

# Une dispense oubliée : elle ne vaut plus.
# egide:allow hosting reason="essai de trois semaines" until=2026-09-30
resource "scaleway_rdb_instance" "essai" {
  name           = "littoral-essai"
  node_type      = "DB-DEV-S"
  engine         = "PostgreSQL-15"
  disable_backup = true
}

resource "aws_cloudfront_distribution" "site" {
  enabled = true
}
