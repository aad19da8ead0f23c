import { runGatewayWorker } from '../main.ts'

runGatewayWorker()
